import type { DirectCase } from './direct-case';

const SETUP = `
  CREATE TABLE groups (id int PRIMARY KEY, name text);
  INSERT INTO groups SELECT g, 'group ' || g FROM generate_series(1, 10) g;
  CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, price int, group_id int, note text);
  INSERT INTO items SELECT g, 'name ' || g, g, 1 + g % 10, NULL FROM generate_series(1, 500) g;`;

/** Something to drop, rename and replace, described. */
const FURNISHED = `${SETUP}
  CREATE TYPE mood AS ENUM ('sad', 'happy');
  ALTER TABLE items ADD mood mood, ADD CONSTRAINT items_positive CHECK (price > 0), ADD CONSTRAINT items_name_key UNIQUE (name) INCLUDE (price) WITH (fillfactor = 70),
    ADD CONSTRAINT items_group_fk FOREIGN KEY (group_id) REFERENCES groups ON DELETE CASCADE, ADD CONSTRAINT items_old CHECK (id > 0) NOT VALID,
    ALTER note SET DEFAULT 'none', ALTER price SET DEFAULT 7;
  CREATE INDEX items_price_idx ON items (price DESC) WHERE price > 5;
  COMMENT ON INDEX items_price_idx IS 'for the list';
  COMMENT ON CONSTRAINT items_positive ON items IS 'nobody pays us';
  COMMENT ON CONSTRAINT items_name_key ON items IS 'one each';`;

/** Tables to rename, drop and number. */
const TABLES = `${SETUP}
  CREATE TABLE clients (id serial PRIMARY KEY, name text NOT NULL DEFAULT 'nobody', boss int REFERENCES clients, group_id int CONSTRAINT clients_group_fk REFERENCES groups ON DELETE SET NULL);
  COMMENT ON TABLE clients IS 'who pays';
  INSERT INTO clients (name, group_id) SELECT 'client ' || g, 1 + g % 10 FROM generate_series(1, 100) g;
  GRANT SELECT, INSERT, UPDATE ON clients TO :app;
  REVOKE SELECT ON clients FROM :app; GRANT SELECT (id, name) ON clients TO :app;
  CREATE TABLE numbers (id int PRIMARY KEY);
  CREATE TABLE orders (id serial PRIMARY KEY, client_id int CONSTRAINT orders_client_fk REFERENCES clients, note text);
  COMMENT ON CONSTRAINT orders_client_fk ON orders IS 'whose';
  INSERT INTO orders (client_id) SELECT g FROM generate_series(1, 100) g;`;

/** A partitioned table with one month, and the next month's rows in a table of their own. */
const MONTHS = (rest: string) => `
  CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE INDEX events_note ON events (note);
  CREATE TABLE january PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE february (id bigint NOT NULL, at date NOT NULL, note text, PRIMARY KEY (id, at));
  CREATE INDEX february_note ON february (note);
  INSERT INTO events SELECT g, '2026-01-05', 'note' FROM generate_series(1, 300) g;
  INSERT INTO february SELECT g, '2026-02-05', 'note' FROM generate_series(1, 300) g; ${rest}`;
const FEBRUARY = {
  table: 'events',
  partition: 'february',
  values: "FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')",
};

const REST = `CREATE TABLE rest (LIKE events INCLUDING ALL); INSERT INTO rest VALUES (1, '2020-01-05');`;

/** A table in two halves by hash, one of them a table of its own. */
const HALVES = (rest: string) => `
  CREATE TABLE halves (id bigint PRIMARY KEY, note text) PARTITION BY HASH (id);
  CREATE TABLE even PARTITION OF halves FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE all_of_them (id bigint PRIMARY KEY);
  INSERT INTO all_of_them SELECT generate_series(1, 300);
  CREATE TABLE odd (id bigint PRIMARY KEY, note text);
  INSERT INTO even SELECT id, 'even' FROM all_of_them WHERE satisfies_hash_partition('halves'::regclass, 2, 0, id);
  INSERT INTO odd SELECT id, 'odd' FROM all_of_them WHERE satisfies_hash_partition('halves'::regclass, 2, 1, id); ${rest}`;

const NEXT_CLIENT = `INSERT INTO clients (name) VALUES ('next')`;

const hasConstraint = (definition: string) =>
  `SELECT count(*) = 1 AND bool_and(convalidated) FROM pg_constraint WHERE conrelid = 'items'::regclass AND pg_get_constraintdef(oid) = '${definition}'`;
const hasIndex = (end: string) =>
  `SELECT count(*) = 1 FROM pg_index WHERE indrelid = 'items'::regclass AND indisvalid AND pg_get_indexdef(indexrelid) LIKE '%${end}'`;

/** Each operation on its own, and some together. */
export const DIRECT_CASES: readonly DirectCase[] = [
  {
    name: 'add_index over columns',
    setup: SETUP,
    operations: [{ add_index: { table: 'items', columns: ['group_id', 'price'], include: ['note'] } }],
    done: hasIndex('items_group_id_price_idx ON public.items USING btree (group_id, price) INCLUDE (note)'),
  },
  {
    name: 'add_index over expressions, partial, unique',
    setup: SETUP,
    operations: [
      {
        add_index: {
          table: 'items',
          keys: 'lower(name) DESC NULLS LAST, id',
          unique: true,
          where: 'price > 3',
          name: 'Odd "name"',
        },
      },
    ],
    done: hasIndex('USING btree (lower(name) DESC NULLS LAST, id) WHERE (price > 3)'),
  },
  {
    name: 'add_unique',
    setup: SETUP,
    operations: [{ add_unique: { table: 'items', columns: ['name'] } }],
    done: hasConstraint('UNIQUE (name)'),
  },
  {
    name: 'add_unique, NULLS NOT DISTINCT',
    since: 15,
    setup: SETUP,
    operations: [
      { add_unique: { table: 'items', columns: ['id', 'note'], nullsNotDistinct: true, name: 'u' } },
    ],
    done: hasConstraint('UNIQUE NULLS NOT DISTINCT (id, note)'),
  },
  {
    name: 'add_check',
    setup: SETUP,
    operations: [{ add_check: { table: 'items', check: 'price >= 0' } }],
    done: hasConstraint('CHECK ((price >= 0))'),
  },
  {
    name: 'add_foreign_key with its index',
    setup: SETUP,
    operations: [
      {
        add_foreign_key: {
          table: 'items',
          columns: ['group_id'],
          references: 'groups',
          onDelete: 'set null',
          deferrable: true,
        },
      },
    ],
    done: hasConstraint('FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE SET NULL DEFERRABLE'),
  },
  {
    name: 'add_foreign_key to itself, without an index',
    setup: `${SETUP} ALTER TABLE items ADD parent bigint`,
    operations: [
      { add_foreign_key: { table: 'items', columns: ['parent'], references: 'items', index: false } },
    ],
    done: hasConstraint('FOREIGN KEY (parent) REFERENCES items(id)'),
  },
  {
    name: 'drop_index',
    setup: FURNISHED,
    operations: [{ drop_index: { table: 'items', index: 'items_price_idx' } }],
    done: `SELECT to_regclass('items_price_idx') IS NULL`,
  },
  ...['items_positive', 'items_name_key', 'items_group_fk', 'items_old'].map((constraint) => ({
    name: `drop_constraint ${constraint}`,
    setup: FURNISHED,
    operations: [{ drop_constraint: { table: 'items', constraint } }],
    done: `SELECT NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '${constraint}')`,
  })),
  {
    name: 'drop_constraint of a primary key',
    setup: `${FURNISHED} COMMENT ON INDEX items_pkey IS 'the key'; COMMENT ON CONSTRAINT items_pkey ON items IS 'as a rule'; ALTER TABLE items CLUSTER ON items_pkey`,
    operations: [{ drop_constraint: { table: 'items', constraint: 'items_pkey' } }],
    done: `SELECT NOT EXISTS (SELECT FROM pg_index WHERE indrelid = 'items'::regclass AND indisprimary)`,
  },
  {
    name: 'drop_constraint of a NOT NULL',
    since: 18,
    setup: `${FURNISHED} COMMENT ON CONSTRAINT items_name_not_null ON items IS 'needed'`,
    operations: [{ drop_constraint: { table: 'items', constraint: 'items_name_not_null' } }],
    done: `SELECT NOT attnotnull FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'name'`,
  },
  {
    name: 'rename_constraint with its index',
    setup: FURNISHED,
    operations: [{ rename_constraint: { table: 'items', from: 'items_name_key', to: 'one_name' } }],
    done: `SELECT to_regclass('one_name') IS NOT NULL`,
  },
  {
    name: 'set_default',
    setup: FURNISHED,
    operations: [{ set_default: { table: 'items', column: 'note', default: `'some'` } }],
    done: `SELECT column_default = '''some''::text' FROM information_schema.columns WHERE column_name = 'note'`,
  },
  {
    name: 'drop_default',
    setup: FURNISHED,
    operations: [{ drop_default: { table: 'items', column: 'note' } }],
    done: `SELECT column_default IS NULL FROM information_schema.columns WHERE column_name = 'note'`,
  },
  {
    name: 'add_generated_column',
    since: 18,
    setup: FURNISHED,
    operations: [
      { add_generated_column: { table: 'items', column: 'twice', type: 'int', expression: 'price * 2' } },
    ],
    done: `SELECT bool_and(twice = price * 2) FROM items`,
  },
  {
    name: 'enum_add_value',
    setup: FURNISHED,
    operations: [{ enum_add_value: { type: 'mood', value: `so 'so'`, before: 'happy' } }],
    stays: /^enum public\.mood /,
    done: `SELECT enum_range(NULL::mood)::text = '{sad,"so ''so''",happy}'`,
  },
  {
    name: 'create_table, empty on the way back',
    setup: SETUP,
    operations: [
      {
        create_table: {
          table: 'invoices',
          definition:
            'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, group_id int REFERENCES public.groups, CHECK (id > 0)',
        },
      },
    ],
    done: `SELECT to_regclass('invoices') IS NOT NULL AND to_regclass('segue_retired_' || left(encode(sha256('direct'), 'hex'), 8) || '_invoices') IS NULL`,
  },
  {
    name: 'create_table, with rows on the way back',
    setup: SETUP,
    operations: [{ create_table: { table: 'invoices', definition: 'id bigint PRIMARY KEY' } }],
    atPosition: { 1: 'INSERT INTO invoices VALUES (1) ON CONFLICT DO NOTHING' },
    keeps: true,
    done: 'SELECT count(*) = 1 FROM invoices',
  },
  {
    name: 'rename_table',
    setup: TABLES,
    operations: [{ rename_table: { table: 'clients', to: 'payers' } }],
    done: `SELECT to_regclass('clients') IS NULL AND (SELECT count(*) = 100 FROM payers)`,
  },
  {
    name: 'drop_table with a foreign key',
    setup: TABLES,
    operations: [{ drop_table: { table: 'orders' } }],
    done: `SELECT to_regclass('orders') IS NULL`,
  },
  {
    name: 'add_identity to a serial',
    setup: TABLES,
    operations: [{ add_identity: { table: 'clients', column: 'id', always: true } }],
    atPosition: { 0: NEXT_CLIENT, 1: NEXT_CLIENT, 2: NEXT_CLIENT },
    done: `SELECT attidentity = 'a' FROM pg_attribute WHERE attrelid = 'clients'::regclass AND attname = 'id'`,
  },
  {
    name: 'add_identity to a key that code has numbered',
    setup: SETUP,
    operations: [{ add_identity: { table: 'items', column: 'id' } }],
    atPosition: { 1: `INSERT INTO items (name) VALUES ('next')` },
    done: `SELECT max(id) > 500 FROM items`,
  },
  {
    name: 'free_sql in a transaction',
    setup: SETUP,
    operations: [
      {
        free_sql: {
          up: `CREATE VIEW public.cheap AS SELECT * FROM public.items WHERE price < 10; ALTER TABLE public.items ADD CONSTRAINT odd CHECK (price <> -1) NOT VALID`,
          down: 'ALTER TABLE public.items DROP CONSTRAINT odd; DROP VIEW public.cheap',
          lossless: true,
        },
      },
      {
        free_sql: {
          phase: 'switch',
          up: `UPDATE public.groups SET name = 'x' WHERE id = 1`,
          down: 'SELECT 1',
        },
      },
    ],
    done: `SELECT count(*) = 9 FROM cheap`,
  },
  {
    name: 'free_sql outside a transaction',
    setup: SETUP,
    operations: [
      {
        free_sql: {
          phase: 'dual_write',
          up: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS own_idx ON public.items (note); VACUUM (ANALYZE) public.items',
          down: 'DROP INDEX CONCURRENTLY IF EXISTS public.own_idx',
        },
      },
    ],
    done: `SELECT to_regclass('own_idx') IS NOT NULL`,
  },
  {
    name: 'attach_partition',
    setup: MONTHS(''),
    operations: [{ attach_partition: FEBRUARY }],
    done: 'SELECT count(*) = 600 FROM events',
  },
  {
    name: 'attach_partition beside a default partition',
    setup: MONTHS(
      `CREATE TABLE others PARTITION OF events DEFAULT; INSERT INTO events VALUES (1, '2020-01-01')`,
    ),
    operations: [{ attach_partition: FEBRUARY }],
    done: 'SELECT count(*) = 601 FROM events',
  },
  {
    name: 'detach_partition',
    setup: MONTHS(''),
    operations: [{ detach_partition: { table: 'events', partition: 'january' } }],
    done: 'SELECT count(*) = 0 FROM events',
  },
  {
    name: 'detach_partition beside a default partition',
    setup: MONTHS('CREATE TABLE others PARTITION OF events DEFAULT'),
    operations: [{ detach_partition: { table: 'events', partition: 'january' } }],
    done: 'SELECT count(*) = 0 FROM events',
  },
  {
    name: 'attach_partition for hash',
    setup: HALVES(''),
    operations: [
      {
        attach_partition: {
          table: 'halves',
          partition: 'odd',
          values: 'FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
        },
      },
    ],
    done: 'SELECT count(*) = 300 FROM halves',
  },
  {
    name: 'detach_partition of hash',
    setup: HALVES('ALTER TABLE halves ATTACH PARTITION odd FOR VALUES WITH (MODULUS 2, REMAINDER 1)'),
    operations: [{ detach_partition: { table: 'halves', partition: 'odd' } }],
    done: `SELECT count(*) > 0 FROM odd`,
  },
  {
    name: 'attach_partition as default',
    setup: MONTHS(REST),
    operations: [{ attach_partition: { table: 'events', partition: 'rest', values: 'DEFAULT' } }],
    done: 'SELECT count(*) = 301 FROM events',
  },
  {
    name: 'detach_partition of default',
    setup: MONTHS(`${REST} ALTER TABLE events ATTACH PARTITION rest DEFAULT`),
    operations: [{ detach_partition: { table: 'events', partition: 'rest' } }],
    done: 'SELECT count(*) = 1 FROM rest',
  },
];

/** What can be done in one transition, so that `npm test` goes through every step in little time. */
export const TOGETHER: readonly DirectCase[] = [
  {
    name: 'constraints and indexes together',
    setup: SETUP,
    operations: [
      { add_index: { table: 'items', columns: ['price'] } },
      { add_check: { table: 'items', check: 'price >= 0' } },
      { add_unique: { table: 'items', columns: ['name'] } },
      { add_foreign_key: { table: 'items', columns: ['group_id'], references: 'groups' } },
    ],
    done: hasIndex('USING btree (price)'),
  },
  {
    name: 'what is there dropped, renamed and replaced together',
    setup: FURNISHED,
    stays: /^enum /,
    operations: [
      { drop_index: { table: 'items', index: 'items_price_idx' } },
      { drop_constraint: { table: 'items', constraint: 'items_positive' } },
      { drop_constraint: { table: 'items', constraint: 'items_group_fk' } },
      { drop_constraint: { table: 'items', constraint: 'items_name_key' } },
      { rename_constraint: { table: 'items', from: 'items_old', to: 'items_new' } },
      { set_default: { table: 'items', column: 'note', default: `'some'` } },
      { drop_default: { table: 'items', column: 'price' } },
      { enum_add_value: { type: 'mood', value: 'so' } },
    ],
    done: `SELECT count(*) = 0 FROM pg_constraint WHERE conname IN ('items_positive', 'items_group_fk', 'items_name_key', 'items_old')`,
  },
  {
    name: 'tables created, renamed, dropped and numbered together',
    setup: TABLES,
    operations: [
      {
        create_table: {
          table: 'invoices',
          definition: 'id bigint PRIMARY KEY, group_id int REFERENCES public.groups',
        },
      },
      { rename_table: { table: 'clients', to: 'payers' } },
      { drop_table: { table: 'items' } },
      { add_identity: { table: 'numbers', column: 'id', always: true } },
    ],
    done: `SELECT to_regclass('clients') IS NULL AND to_regclass('items') IS NULL AND (SELECT count(*) = 100 FROM payers)`,
  },
];
