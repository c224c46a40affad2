import { Random } from '@/lib/core/random';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { ForeignKey, TableInfo } from '@/lib/planner/catalog';
import { relationLabel } from '@/lib/planner/plan-parts';
import { listTables, readCatalog } from '../read-catalog';
import { sqlStateOf, type Target, targetError } from '../target';
import { type ColumnPlan, planTable, type TablePlan } from './column-plans';
import { orderTables } from './order-tables';
import { sampleValue } from './sample-value';
import { readTypeShapes, type TypeShape } from './type-shapes';

/** A schema as it is, or as it will be. */
export interface FillSchema {
  readonly tables: readonly TableInfo[];
  readonly shapes: ReadonlyMap<string, TypeShape>;
}

export interface FillOptions {
  /** Rows of each table, as far as its constraints allow. @default 60 */
  readonly rows?: number;
  /** The same seed gives the same rows. @default 1 */
  readonly seed?: number;
  /** What the rows have to fit as well, where it has the same tables and columns. */
  readonly end?: FillSchema;
  /** No NULL in what will be NOT NULL, and no extremes. @default false */
  readonly tame?: boolean;
  /** No row is the parent of two rows of one table, as long as there are enough: a join finds one for each. @default false */
  readonly oneToOne?: boolean;
}

export interface Filled {
  /** Rows by "schema.table". */
  readonly rows: ReadonlyMap<string, number>;
  /** Tables that stayed empty: their constraints were not understood. */
  readonly empty: readonly string[];
}

/** Every ordinary or partitioned table of the application, with the shapes of its types. */
export async function readFillSchema(target: Target): Promise<FillSchema> {
  const named = (await listTables(target)).filter(
    ({ kind, schema }) => (kind === 'table' || kind === 'partitioned table') && schema !== 'drizzle',
  );
  const { tables } = await readCatalog(target, { tables: named });
  return { tables, shapes: await readTypeShapes(target) };
}

/**
 * Fills every empty table of a database with rows that satisfy its constraints: types, NOT NULL, simple checks, unique and foreign
 * keys, enums, identity; NULLs and edge values among them. What is not understood is left to the server: a row that it refuses is made
 * anew a few times, then left out. Never fails for a table that cannot be filled; it is named.
 */
export async function fillTables(target: Target, options: FillOptions = {}): Promise<Filled> {
  try {
    const schema = await readFillSchema(target);
    const filler = new Filler(target, schema, options);
    const rows = new Map<string, number>();
    for (const table of orderTables(schema.tables)) rows.set(relationLabel(table), await filler.fill(table));
    await filler.linkRings();
    return { rows, empty: [...rows].filter(([, count]) => count === 0).map(([label]) => label) };
  } catch (error) {
    throw targetError(error, target);
  }
}

/** SQL text of each column's value; null: no such row can be made. */
type RowValues = ReadonlyMap<string, string> | null;

const TRIES = 4;

class Filler {
  private readonly done = new Set<string>();
  private readonly later: { readonly table: TableInfo; readonly key: ForeignKey }[] = [];
  private readonly keys = new Map<string, readonly (readonly string[])[]>();

  constructor(
    private readonly target: Target,
    private readonly schema: FillSchema,
    private readonly options: FillOptions,
  ) {}

  async fill(table: TableInfo): Promise<number> {
    const label = relationLabel(table);
    const end = this.options.end?.tables.find((other) => relationLabel(other) === label);
    const tame = this.options.tame ?? false;
    const plan = planTable(table, end, this.schema.shapes, this.options.end?.shapes ?? new Map(), tame);
    const random = new Random((this.options.seed ?? 1) * 1009 + hashOf(label));
    const seen = plan.uniqueLists.map(() => new Set<string>());
    const made: (readonly string[])[] = [];
    for (let row = 1; row <= (this.options.rows ?? 60); row += 1) {
      const values = await this.rowOf(plan, row, random);
      if (values !== null && isNew(plan, values, seen))
        made.push(plan.columns.map(({ name }) => values.get(name) ?? 'DEFAULT'));
    }
    const count = await this.insert(plan, made, random);
    this.done.add(label);
    return count;
  }

  /** Rows of one table in one statement; one by one, with other values where they are refused, if the server refuses some. */
  private async insert(
    { table, columns, ...plan }: TablePlan,
    rows: readonly (readonly string[])[],
    random: Random,
  ): Promise<number> {
    if (rows.length === 0) return 0;
    const names = columns.map(({ name }) => quoteIdent(name)).join(', ');
    const into = `INSERT INTO ${quoteName(table)} ${columns.length === 0 ? '' : `(${names}) `}`;
    const statement = (some: readonly (readonly string[])[]) =>
      columns.length === 0
        ? `${into}DEFAULT VALUES`
        : `${into}VALUES ${some.map((row) => `(${row.join(', ')})`).join(', ')} ON CONFLICT DO NOTHING`;
    const all = await this.tryRun(columns.length === 0 ? statement([]) : statement(rows));
    if (all !== null && columns.length > 0) return all;
    let count = all ?? 0;
    for (const [at, row] of rows.entries()) {
      let tried: readonly string[] | null = row;
      for (let attempt = 1; attempt <= TRIES; attempt += 1) {
        const inserted: number | null = tried === null ? null : await this.tryRun(statement([tried]));
        count += inserted ?? 0;
        if (inserted !== null) break;
        const values = await this.rowOf({ table, columns, ...plan }, at + 1 + attempt * rows.length, random);
        tried = values === null ? null : columns.map(({ name }) => values.get(name) ?? 'DEFAULT');
      }
    }
    return count;
  }

  /** How many rows a statement wrote; null: the server refused them. */
  private async tryRun(statement: string): Promise<number | null> {
    try {
      // The team's own triggers find names as in the team's own sessions.
      const { count } = await this.target.sql.unsafe(`SET LOCAL search_path = "$user", public; ${statement}`);
      return count;
    } catch (error) {
      // Data, constraints, and whatever a trigger of the team's raises: other rows may do.
      if (/^(22|23|P0|42|54)/.test(sqlStateOf(error) ?? '')) return null;
      throw error;
    }
  }

  private async rowOf(plan: TablePlan, row: number, random: Random): Promise<RowValues> {
    const values = new Map<string, string>();
    for (const key of plan.foreignKeys)
      if (!(await this.reference(plan, key, row, random, values))) return null;
    for (const column of plan.columns) {
      if (values.has(column.name)) continue;
      const value = this.valueOf(column, row, random);
      if (value === null) return null;
      values.set(column.name, value);
    }
    return values;
  }

  private valueOf(column: ColumnPlan, row: number, random: Random): string | null {
    const tame = this.options.tame ?? false;
    if (!column.notNull && random.below(5) === 0) return 'NULL';
    const { shape, limits, unique, convertible } = column;
    const value = sampleValue(
      {
        shape,
        limits,
        unique,
        tame,
        like: column.default,
        ...(convertible === undefined ? {} : { convertible }),
      },
      column.type,
      row,
      random,
    );
    return value ?? (column.default !== null ? 'DEFAULT' : column.notNull ? null : 'NULL');
  }

  /** Sets the columns of a foreign key; false: no parent fits and NULL is not allowed. */
  private async reference(
    plan: TablePlan,
    key: ForeignKey,
    row: number,
    random: Random,
    values: Map<string, string>,
  ): Promise<boolean> {
    const columns = key.columns.map((name) => plan.columns.find((column) => column.name === name));
    const optional = columns.some((column) => column?.notNull === false);
    const setNull = () => {
      for (const column of columns)
        if (column !== undefined && !column.notNull) values.set(column.name, 'NULL');
      return optional;
    };
    const parent = relationLabel(key.references);
    if (!this.done.has(parent)) {
      // Itself, or one of a ring: linked when all rows are there.
      if (row === 1 && optional) this.later.push({ table: plan.table, key });
      return setNull();
    }
    if (optional && random.below(5) === 0) return setNull();
    const fixed = key.columns.map((name) => values.get(name));
    const fitting = (await this.keysOf(key)).filter((tuple) =>
      tuple.every((value, at) => fixed[at] === undefined || fixed[at] === literal(value, columns[at]?.type)),
    );
    const alone =
      this.options.oneToOne === true ||
      columns.every((column) => column?.unique === true) ||
      (columns.length === 1 && columns[0]?.unique === true);
    const tuple = alone ? fitting[row - 1] : random.pick(fitting);
    if (tuple === undefined) return setNull();
    for (const [at, column] of columns.entries())
      if (column !== undefined) values.set(column.name, literal(tuple[at] ?? '', column.type));
    return true;
  }

  private async keysOf(key: ForeignKey): Promise<readonly (readonly string[])[]> {
    const columns = key.referencedColumns.map((name) => `${quoteIdent(name)}::text`).join(', ');
    const query = `SELECT json_build_array(${columns})::text AS key FROM ${quoteName(key.references)} WHERE (${key.referencedColumns.map(quoteIdent).join(', ')}) IS NOT NULL ORDER BY 1 LIMIT 300`;
    const known = this.keys.get(query);
    if (known !== undefined) return known;
    const rows = await this.target.sql.unsafe<{ key: string }[]>(query);
    const found = rows.map((row) => JSON.parse(row.key) as string[]);
    this.keys.set(query, found);
    return found;
  }

  /** Some rows of tables that reference themselves, or each other in a ring, get a parent. */
  async linkRings(): Promise<void> {
    for (const { table, key } of this.later) {
      const keys = await this.keysOf(key);
      for (const [at, tuple] of keys.slice(0, 6).entries()) {
        const set = key.columns.map((name, index) => {
          const type = table.columns.find((column) => column.name === name)?.type;
          return `${quoteIdent(name)} = ${literal(tuple[index] ?? '', type)}`;
        });
        await this.tryRun(
          `UPDATE ${quoteName(table)} SET ${set.join(', ')} WHERE ctid = (SELECT ctid FROM ${quoteName(table)} ORDER BY ctid OFFSET ${at * 3 + 1} LIMIT 1)`,
        );
      }
    }
  }
}

const literal = (value: string, type: string | undefined) =>
  type === undefined ? quoteLiteral(value) : `${quoteLiteral(value)}::${type}`;

function isNew(plan: TablePlan, values: ReadonlyMap<string, string>, seen: readonly Set<string>[]): boolean {
  const tuples = plan.uniqueLists.map((names) => names.map((name) => values.get(name) ?? ''));
  const clash = tuples.some(
    (tuple, at) => !tuple.includes('NULL') && seen[at]?.has(tuple.join('\u0000')) === true,
  );
  if (clash) return false;
  for (const [at, tuple] of tuples.entries()) seen[at]?.add(tuple.join('\u0000'));
  return true;
}

const hashOf = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
