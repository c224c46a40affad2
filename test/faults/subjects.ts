import { DIRECT_CASES, TOGETHER } from '../lifecycle/direct-cases';
import { EVERY_OPERATION, everyOperationSetup } from '../lifecycle/every-operation';
import { NAMED_SUBJECTS } from './named-subjects';
import { ROW_SUBJECTS } from './row-subjects';
import { partitioned, ROWS, type Subject, setup, subject } from './subject';

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

/** The guide's five, then all of them in one transition. */
const GUIDE: readonly Subject[] = [
  RENAME,
  subject(
    'add column',
    setup('name text', "'name ' || g"),
    { add_column: { table: 'customers', column: 'tier', type: 'text', nullable: false, value: "'free'" } },
    { filled: ['customers.tier'] },
  ),
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
  subject(
    'change type, never NULL',
    setup('price int NOT NULL DEFAULT 7', 'g', 'CREATE INDEX customers_price_idx ON customers (price);'),
    {
      change_type: {
        table: 'customers',
        column: 'price',
        to: 'amount',
        type: 'numeric(10,2)',
        up: 'price / 100.0',
        down: '(amount * 100)::int',
      },
    },
  ),
  subject(
    'set not null',
    setup('country text', "CASE WHEN g % 2 = 0 THEN 'CH' END"),
    { set_not_null: { table: 'customers', column: 'country', value: "'US'" } },
    { filled: ['customers.country'] },
  ),
  {
    name: 'every operation',
    setup: everyOperationSetup(ROWS),
    operations: EVERY_OPERATION,
    volatile: ['customers.token'],
    filled: ['customers.country'],
  },
];

/** What is put in the place of something else. */
const REPLACED: readonly Subject[] = [
  subject(
    'change type, same name',
    setup(
      'price int NOT NULL DEFAULT 250 CONSTRAINT customers_price_check CHECK (price <> 13)',
      'g + 20',
      'CREATE INDEX customers_price_idx ON customers (price); CREATE INDEX customers_half_idx ON customers ((price / 2));',
    ),
    { change_type: { table: 'customers', column: 'price', type: 'bigint' } },
  ),
  subject(
    'int to bigint key',
    `CREATE TABLE customers (id serial PRIMARY KEY, name text, first_id int CONSTRAINT customers_first_fk REFERENCES customers ON DELETE SET NULL);
     COMMENT ON INDEX customers_pkey IS 'the key';
     CREATE TABLE lines (customer_id int CONSTRAINT lines_customer_fk REFERENCES customers ON DELETE CASCADE, number int, PRIMARY KEY (customer_id, number));
     INSERT INTO customers (name, first_id) SELECT 'name ' || g, 1 FROM generate_series(1, ${ROWS}) g;
     INSERT INTO lines SELECT id, 1 FROM customers; ANALYZE;`,
    { change_type: { table: 'customers', column: 'id', type: 'bigint' } },
  ),
  subject(
    'replace primary key',
    setup(
      'ext uuid NOT NULL',
      'md5(g::text)::uuid',
      `CREATE TABLE lines (customer_id bigint CONSTRAINT lines_customer_fk REFERENCES customers ON DELETE CASCADE);
       COMMENT ON CONSTRAINT lines_customer_fk ON lines IS 'whose';
       INSERT INTO lines SELECT id FROM customers;`,
    ),
    { replace_primary_key: { table: 'customers', columns: ['ext'] } },
  ),
  subject(
    'replace enum',
    `CREATE TYPE mood AS ENUM ('a', 'b', 'c');
     ${setup("mood mood NOT NULL DEFAULT 'b'", "(ARRAY['a', 'b', 'c'])[1 + g % 3]::mood", 'CREATE INDEX customers_mood_idx ON customers (mood);')}`,
    {
      replace_enum: {
        table: 'customers',
        column: 'mood',
        type: 'mood_2',
        values: ['c', 'b', 'x'],
        map: { a: 'x' },
      },
    },
  ),
  subject('split column', setup('code varchar(80)', "CASE WHEN g % 5 > 0 THEN 'before-' || g END"), {
    split_column: {
      table: 'customers',
      column: 'code',
      first: 'series',
      firstUp: `split_part(code, '-', 1)`,
      second: 'number',
      secondUp: `substr(code, strpos(code, '-') + 1)`,
      secondType: 'text',
      down: `series || '-' || number`,
    },
  }),
  subject('merge columns', setup('series text, number varchar(70)', "'before', g::text"), {
    merge_columns: {
      table: 'customers',
      first: 'series',
      second: 'number',
      to: 'code',
      up: `series || '-' || number`,
      firstDown: `split_part(code, '-', 1)`,
      secondDown: `substr(code, strpos(code, '-') + 1)`,
    },
  }),
];

const PARTITIONED: readonly Subject[] = [
  subject(
    'partitioned: rename column',
    partitioned(
      "name text NOT NULL DEFAULT 'a' CONSTRAINT known CHECK (name <> 'forbidden') CONSTRAINT customers_name_fk REFERENCES names, CONSTRAINT customers_name_key UNIQUE (name, id)",
      'chr(97 + g % 20)',
      'CREATE TABLE names (name text PRIMARY KEY); INSERT INTO names SELECT chr(96 + g) FROM generate_series(1, 20) g;',
      `CREATE INDEX customers_name_idx ON customers (lower(name)); COMMENT ON INDEX customers_name_idx IS 'for the search';`,
    ),
    { rename_column: { table: 'customers', from: 'name', to: 'full_name' } },
  ),
  subject(
    'partitioned: change type, same name',
    partitioned(
      'price int NOT NULL DEFAULT 250 CHECK (price <> 13)',
      'g + 20',
      '',
      'CREATE INDEX ON customers (price);',
    ),
    { change_type: { table: 'customers', column: 'price', type: 'bigint' } },
  ),
  subject(
    'partitioned: add, drop, not null',
    partitioned(
      'fax text NOT NULL, country text',
      "'fax ' || g, CASE WHEN g % 2 = 0 THEN 'CH' END",
      '',
      'CREATE INDEX ON customers (fax);',
    ),
    [
      { drop_column: { table: 'customers', column: 'fax', restore: "''" } },
      { set_not_null: { table: 'customers', column: 'country', value: "'US'" } },
      { add_column: { table: 'customers', column: 'tier', type: 'text', nullable: false, value: "'free'" } },
    ],
    { filled: ['customers.country', 'customers.tier'] },
  ),
];

/** Whose strong locks clients can be in the way of, by the name of the case. */
const CROWDED: readonly (readonly [RegExp, string | null])[] = [
  [/^free_sql outside/, null],
  [/^detach_partition$/, 'january'],
  [/^attach/, 'february'],
  [/^detach/, 'events'],
  [/^drop_table/, 'orders'],
  [/serial|^tables/, 'clients'],
];

/** Where no pair of columns is kept: as in the tests of the direct operations. */
const DIRECT: readonly Subject[] = [
  ...TOGETHER,
  ...DIRECT_CASES.filter(({ name }) => /partition|free_sql|serial|generated|drop_table/.test(name)),
].map(({ name, setup: sql, operations, stays }) => {
  const crowd = CROWDED.find(([pattern]) => pattern.test(name));
  return {
    name,
    setup: `${sql}; ANALYZE;`,
    operations,
    crowded: crowd === undefined ? 'items' : crowd[1],
    // Its way back says that the row stays as it is.
    ...(name === 'free_sql in a transaction' ? { filled: ['groups.name'] } : {}),
    ...(stays === undefined ? {} : { stays }),
  };
});

/** Every operation, there and back. */
export const SUBJECTS: readonly Subject[] = [
  ...GUIDE,
  ...REPLACED,
  ...PARTITIONED,
  ...ROW_SUBJECTS,
  ...NAMED_SUBJECTS,
  ...DIRECT,
];
