import type postgres from 'postgres';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';

/** A table's rows as text, column by column; columns that Segue has renamed away are left out. */
interface TableRows {
  readonly label: string;
  readonly columns: readonly string[];
  /** Of all rows and columns. */
  readonly digest: string;
  readonly count: number;
}

/** What the tables and sequences of a database hold. */
export interface RowsDump {
  readonly tables: ReadonlyMap<string, TableRows>;
  /** "last value, called or not", by the sequence's name. */
  readonly sequences: ReadonlyMap<string, string>;
}

/** A database with what it held when it was dumped. */
export interface RowsSide {
  readonly sql: postgres.Sql;
  readonly dump: RowsDump;
}

const OURS = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'segue', 'segue_watch', 'drizzle')`;

interface Named {
  readonly schema: string;
  readonly name: string;
  readonly columns: string;
}

/** Reads all rows of all tables: for databases of a few thousand. */
export async function dumpRows(sql: postgres.Sql): Promise<RowsDump> {
  const named = await sql.unsafe<Named[]>(`
    SELECT n.nspname AS schema, c.relname AS name, coalesce(json_agg(a.attname ORDER BY a.attname) FILTER (WHERE a.attname IS NOT NULL), '[]')::text AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname !~ '^segue_retired_'
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${OURS} GROUP BY 1, 2 ORDER BY 1, 2`);
  const tables = new Map<string, TableRows>();
  for (const { schema, name, columns: json } of named) {
    const columns = JSON.parse(json) as string[];
    const label = `${schema}.${name}`;
    const [row] = await sql.unsafe<{ digest: string; count: number }[]>(
      `SELECT count(*)::int AS count, md5(coalesce(string_agg(line, E'\\n' ORDER BY line COLLATE "C"), '')) AS digest FROM (${linesOf({ schema, name }, columns)}) x`,
    );
    tables.set(label, { label, columns, digest: row?.digest ?? '', count: row?.count ?? 0 });
  }
  return { tables, sequences: await dumpSequences(sql) };
}

const linesOf = (table: { schema: string; name: string }, columns: readonly string[]) =>
  `SELECT to_jsonb(r)::text AS line FROM (SELECT ${columns.map(quoteIdent).join(', ')} FROM ${quoteName(table)}) r`;

async function dumpSequences(sql: postgres.Sql): Promise<Map<string, string>> {
  const named = await sql.unsafe<{ schema: string; name: string }[]>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND ${OURS} ORDER BY 1, 2`,
  );
  const values = new Map<string, string>();
  for (const sequence of named) {
    const [row] = await sql.unsafe<{ value: string }[]>(
      `SELECT last_value::text || CASE WHEN is_called THEN '' ELSE ', not called' END AS value FROM ${quoteName(sequence)}`,
    );
    values.set(`${sequence.schema}.${sequence.name}`, row?.value ?? '');
  }
  return values;
}

/** All rows of one table, some of its columns. */
async function readRows(sql: postgres.Sql, label: string, columns: readonly string[]): Promise<unknown[]> {
  const [schema = '', ...rest] = label.split('.');
  const rows = await sql.unsafe<{ line: string }[]>(linesOf({ schema, name: rest.join('.') }, columns));
  return rows.map(({ line }): unknown => JSON.parse(line));
}

/** Values of one column in some order that depends on the values alone. */
const sortedColumn = (rows: readonly unknown[], column: string): string[] =>
  rows.map((row) => JSON.stringify((row as Record<string, unknown>)[column] ?? null)).sort();

/**
 * What differs between the rows and sequence values of two databases, by name; of tables that both have, columns that both have. A column
 * whose values `varies` says are never twice the same is compared by its NULLs alone.
 */
export async function compareRows(
  first: RowsSide,
  second: RowsSide,
  varies: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const differences: string[] = [];
  for (const [label, a] of first.dump.tables) {
    const b = second.dump.tables.get(label);
    if (b === undefined || (a.digest === b.digest && a.columns.join() === b.columns.join())) continue;
    if (a.count !== b.count) {
      differences.push(`rows of ${label}: ${a.count} and ${b.count}`);
      continue;
    }
    const shared = a.columns.filter((column) => b.columns.includes(column));
    const fixed = shared.filter((column) => !varies.has(`${label}.${column}`));
    const [left, right] = [
      await readRows(first.sql, label, shared),
      await readRows(second.sql, label, shared),
    ];
    const before = differences.length;
    for (const column of shared) {
      const [x, y] = [sortedColumn(left, column), sortedColumn(right, column)];
      const same = fixed.includes(column) ? x.join('\n') === y.join('\n') : nulls(x) === nulls(y);
      if (!same) differences.push(`values of ${label}.${column}`);
    }
    if (differences.length > before) continue;
    const [x, y] = [wholeRows(left, fixed), wholeRows(right, fixed)];
    if (x !== y) differences.push(`rows of ${label}: the same values stand in other rows`);
  }
  for (const [name, value] of first.dump.sequences) {
    const other = second.dump.sequences.get(name);
    if (other !== undefined && other !== value) differences.push(`sequence ${name}: ${value} and ${other}`);
  }
  return differences;
}

const nulls = (values: readonly string[]) => values.filter((value) => value === 'null').length;

const wholeRows = (rows: readonly unknown[], columns: readonly string[]) =>
  rows
    .map((row) => JSON.stringify(columns.map((column) => (row as Record<string, unknown>)[column] ?? null)))
    .sort()
    .join('\n');

/** True where two databases hold the same rows and sequence values. */
export const sameRows = (a: RowsDump, b: RowsDump): boolean => summary(a) === summary(b);

const summary = ({ tables, sequences }: RowsDump): string =>
  JSON.stringify([[...tables.values()], [...sequences]]);

/** Columns ("schema.table.column") whose values differ between two runs of the same migration: the clock or chance decides them. */
export async function varyingColumns(first: RowsSide, second: RowsSide): Promise<Set<string>> {
  const found = await compareRows(first, second);
  return new Set(found.flatMap((line) => /^values of (.+)$/.exec(line)?.[1] ?? []));
}
