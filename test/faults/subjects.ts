import type { TransitionFile } from '@/lib/core/operation';
import { EVERY_OPERATION, everyOperationSetup } from '../lifecycle/every-operation';

/** A transition that the faults are tried on, with a table for it. */
export interface Subject {
  readonly name: string;
  /** SQL that the owner runs first. Rows must not depend on the run: no now(), no random(). */
  readonly setup: string;
  readonly operations: TransitionFile['operations'];
  /** `table.column` whose values differ from run to run; only their being NULL is compared. */
  readonly volatile?: readonly string[];
}

const ROWS = 400;

/** Counts, in the transaction of the change, how often a row was changed: a row that is done twice shows. */
const COUNTED = `
  CREATE TABLE touched (id bigint PRIMARY KEY, times int NOT NULL);
  CREATE FUNCTION count_touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.touched VALUES (NEW.id, 1) ON CONFLICT (id) DO UPDATE SET times = public.touched.times + 1; RETURN NULL; END $$;
  CREATE TRIGGER count_touch AFTER UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION count_touch();`;

const setup = (columns: string, values: string, rest = '') => `
  CREATE TABLE customers (id bigint PRIMARY KEY, ${columns});
  INSERT INTO customers SELECT g, ${values} FROM generate_series(1, ${ROWS}) g;
  ${rest}
  ${COUNTED}
  ANALYZE customers;`;

const subject = (
  name: string,
  setupSql: string,
  operation: TransitionFile['operations'][number],
): Subject => ({
  name,
  setup: setupSql,
  operations: [operation],
});

/** A column with everything that is cloned: the one subject of the short run. */
export const RENAME: Subject = subject(
  'rename column',
  setup(
    "name text NOT NULL DEFAULT 'nobody' CONSTRAINT customers_name_key UNIQUE CONSTRAINT customers_name_check CHECK (name <> 'forbidden')",
    "'name ' || g",
    'CREATE INDEX customers_name_idx ON customers (lower(name));',
  ),
  { rename_column: { table: 'customers', from: 'name', to: 'full_name' } },
);

/** Every operation by itself, then all of the guide's in one transition. */
export const SUBJECTS: readonly Subject[] = [
  RENAME,
  subject('add column', setup('name text', "'name ' || g"), {
    add_column: { table: 'customers', column: 'tier', type: 'text', nullable: false, value: "'free'" },
  }),
  subject('drop column', setup('fax text NOT NULL', "'fax ' || g"), {
    drop_column: { table: 'customers', column: 'fax', restore: "''" },
  }),
  subject('change type', setup('code text', "CASE WHEN g % 50 = 0 THEN 'none' ELSE g::text END"), {
    change_type: {
      table: 'customers',
      column: 'code',
      to: 'code_number',
      type: 'int',
      onFailure: 'quarantine',
    },
  }),
  subject('set not null', setup('country text', "CASE WHEN g % 2 = 0 THEN 'CH' END"), {
    set_not_null: { table: 'customers', column: 'country', value: "'US'" },
  }),
  {
    name: 'every operation',
    setup: everyOperationSetup(ROWS),
    operations: EVERY_OPERATION,
    volatile: ['customers.token'],
  },
];
