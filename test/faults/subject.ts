import { OPERATION_KINDS, type OperationKind, type TransitionFile } from '@/lib/core/operation';

/** A transition that the faults are tried on, with a table for it. */
export interface Subject {
  readonly name: string;
  /** SQL that the owner runs first; `:app` is the application's role. Rows must not depend on the run: no now(), no random(). */
  readonly setup: string;
  readonly operations: TransitionFile['operations'];
  /** A migration file to read instead; `operations` is empty then. */
  readonly file?: string;
  /** `table.column` whose values differ from run to run; only their being NULL is compared. */
  readonly volatile?: readonly string[];
  /** `table.column` whose NULLs stay filled when Sync is undone. */
  readonly filled?: readonly string[];
  /** Lines of the catalog that stay on the way back, and rows: what PostgreSQL or the operation cannot take back. */
  readonly stays?: RegExp;
  /** Table that clients crowd; null where no step waits for any. @default customers */
  readonly crowded?: string | null;
}

type Operation = TransitionFile['operations'][number];

/** No plan holds it: test/lifecycle/refusal-cases.ts. */
const NEVER_PLANNED = ['add_exclusion'];

/** Kinds of the registry that none of these operations is of. */
export function kindsNotIn(operations: readonly Operation[]): OperationKind[] {
  const tried = new Set([...operations.flatMap((each) => Object.keys(each)), ...NEVER_PLANNED]);
  return OPERATION_KINDS.filter((kind) => !tried.has(kind));
}

export const ROWS = 400;

/** Counts, in the transaction of the change, how often a row was changed: a row that is done twice shows. */
const COUNTED = `
  CREATE TABLE touched (id bigint PRIMARY KEY, times int NOT NULL);
  CREATE FUNCTION count_touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.touched VALUES (NEW.id, 1) ON CONFLICT (id) DO UPDATE SET times = public.touched.times + 1; RETURN NULL; END $$;
  CREATE TRIGGER count_touch AFTER UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION count_touch();`;

export const setup = (columns: string, values: string, rest = '') => `
  CREATE TABLE customers (id bigint PRIMARY KEY, ${columns});
  INSERT INTO customers SELECT g, ${values} FROM generate_series(1, ${ROWS}) g;
  ${rest}
  ${COUNTED}
  ANALYZE customers;`;

/** Three partitions, the last of them divided once more. */
export const partitioned = (columns: string, values: string, before = '', rest = '') => `
  ${before}
  CREATE TABLE customers (id bigint, ${columns}, PRIMARY KEY (id)) PARTITION BY RANGE (id);
  CREATE TABLE customers_low PARTITION OF customers FOR VALUES FROM (MINVALUE) TO (150);
  CREATE TABLE customers_mid PARTITION OF customers FOR VALUES FROM (150) TO (300) PARTITION BY HASH (id);
  CREATE TABLE customers_mid_0 PARTITION OF customers_mid FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE customers_mid_1 PARTITION OF customers_mid FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  CREATE TABLE customers_rest PARTITION OF customers DEFAULT;
  ${rest}
  INSERT INTO customers SELECT g, ${values} FROM generate_series(1, ${ROWS}) g;
  ${COUNTED}
  ANALYZE customers;`;

export const subject = (
  name: string,
  setupSql: string,
  operation: Operation | readonly Operation[],
  more: Pick<Subject, 'filled' | 'crowded' | 'volatile' | 'stays'> = {},
): Subject => ({
  name,
  setup: setupSql,
  operations: 'length' in operation ? [...operation] : [operation],
  ...more,
});
