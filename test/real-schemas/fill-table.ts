import type postgres from 'postgres';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { ColumnInfo, TableInfo } from '@/lib/planner/catalog';
import { enumLabels } from './read-schema';

/** SQL of a value of a type for row `i`, different for each i. null: no value is known for it. */
function sampleValue(column: ColumnInfo, i: number): string | null {
  const digits = String(i).padStart(12, '0');
  const base = column.baseType;
  if (base.endsWith('[]')) return `ARRAY[]::${column.type}`;
  const values: Record<string, string> = {
    text: quoteLiteral(`${column.name.slice(0, 20)} ${i} ä'\\`),
    'character varying': quoteLiteral(`v${i}`),
    character: quoteLiteral(String(i % 10)),
    uuid: quoteLiteral(`00000000-0000-4000-8000-${digits}`),
    smallint: String(i),
    integer: String(i * 7),
    bigint: String(i * 1_000_003),
    numeric: `${i}.50`,
    real: `${i}.25`,
    'double precision': `${i}.125`,
    boolean: String(i % 2 === 0),
    json: quoteLiteral(`{"i": ${i}, "list": [1,2]}`),
    jsonb: quoteLiteral(`{"i": ${i}, "list": [1, 2]}`),
    date: `date '2024-01-01' + ${i}`,
    'timestamp without time zone': `timestamp '2024-01-01 00:00:00.123456' + ${i} * interval '1 hour'`,
    'timestamp with time zone': `timestamptz '2024-01-01 00:00:00.123456Z' + ${i} * interval '1 hour'`,
    'time without time zone': `time '01:00' + ${i} * interval '1 minute'`,
    interval: `${i} * interval '1 minute'`,
    bytea: `'\\x${i.toString(16).padStart(4, '0')}'::bytea`,
    inet: `'10.0.0.${i % 250}'::inet`,
  };
  return values[base] ?? null;
}

/** Values that a CHECK lists for the column: the usual `column = ANY (ARRAY['a', 'b'])`. */
function listedValues(table: TableInfo, column: string): string[] {
  const check = table.checks.find((each) => each.columns.length === 1 && each.columns[0] === column);
  return [...(check?.expression.matchAll(/'((?:[^']|'')*)'::/g) ?? [])].map((match) =>
    (match[1] ?? '').replaceAll("''", "'"),
  );
}

async function rowValue(
  sql: postgres.Sql,
  table: TableInfo,
  column: ColumnInfo,
  i: number,
): Promise<string | null> {
  const key = table.foreignKeys.find((each) => each.columns.includes(column.name));
  if (key !== undefined) {
    const parent = key.referencedColumns[key.columns.indexOf(column.name)] ?? 'id';
    const rows = await sql.unsafe<{ n: number }[]>(
      `SELECT count(*)::int AS n FROM ${quoteName(key.references)}`,
    );
    const count = rows[0]?.n ?? 0;
    if (count === 0) return column.notNull ? null : 'NULL';
    if (!column.notNull && i % 4 === 0) return 'NULL';
    return `(SELECT ${quoteIdent(parent)} FROM ${quoteName(key.references)} ORDER BY 1 OFFSET ${i % count} LIMIT 1)`;
  }
  if (!column.notNull && i % 5 === 0) return 'NULL';
  const labels = await enumLabels(sql, column.type);
  const listed = labels.length > 0 ? labels : listedValues(table, column.name);
  if (listed.length > 0) return `${quoteLiteral(listed[i % listed.length] ?? '')}::${column.type}`;
  const value = sampleValue(column, i);
  return value ?? (column.default !== null ? 'DEFAULT' : column.notNull ? null : 'NULL');
}

/** Fills a table with up to `rows` rows that satisfy its constraints; a row that does not is left out. Returns how many are in. */
export async function fillTable(sql: postgres.Sql, table: TableInfo, rows: number): Promise<number> {
  const columns = table.columns.filter(
    (column) => column.generated === null && column.identity !== 'always' && !isSerial(column),
  );
  let filled = 0;
  for (let i = 1; i <= rows; i += 1) {
    const values = await Promise.all(columns.map((column) => rowValue(sql, table, column, i)));
    if (values.includes(null)) continue;
    const names = columns.map((column) => quoteIdent(column.name)).join(', ');
    const insert =
      columns.length === 0
        ? `INSERT INTO ${quoteName(table)} DEFAULT VALUES`
        : `INSERT INTO ${quoteName(table)} (${names}) VALUES (${values.join(', ')})`;
    try {
      const result = await sql.unsafe(`${insert} ON CONFLICT DO NOTHING`);
      filled += result.count;
    } catch (error) {
      // A constraint that the filler does not understand: the other rows do.
      if (!(error instanceof Error)) throw error;
    }
  }
  return filled;
}

const isSerial = (column: ColumnInfo) => column.default?.startsWith('nextval(') ?? false;
