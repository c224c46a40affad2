import type { TransitionFile } from '@/lib/core/operation';
import { EVERY_OPERATION, everyOperationSetup } from './every-operation';

/** A plan whose every statement is held against what PostgreSQL does. */
export interface LockCase {
  readonly name: string;
  readonly dualWrite: 'managed' | 'application';
  /** PostgreSQL major from which on it can be done. */
  readonly since?: number;
  /** SQL that makes the tables, which the case before has left dropped. */
  readonly setup: string;
  readonly operations: TransitionFile['operations'];
}

const CHANGE_UNDER_ITS_NAME: LockCase = {
  name: 'a change of type under its own name',
  dualWrite: 'managed',
  setup: `
    CREATE TABLE regions (id int PRIMARY KEY);
    INSERT INTO regions SELECT generate_series(0, 9);
    CREATE TABLE customers (id bigint PRIMARY KEY, region int NOT NULL DEFAULT 0 CONSTRAINT customers_region_fk REFERENCES regions CONSTRAINT small CHECK (region < 100), code varchar(9) UNIQUE);
    CREATE INDEX customers_region_idx ON customers (region) INCLUDE (id);
    CREATE INDEX customers_half_idx ON customers ((region / 2));
    INSERT INTO customers SELECT g, g % 10, 'c' || g FROM generate_series(1, 200) g;
    ANALYZE customers;`,
  operations: [
    { change_type: { table: 'customers', column: 'region', type: 'bigint' } },
    { change_type: { table: 'customers', column: 'code', type: 'text' } },
  ],
};

const PARTITIONED: LockCase = {
  name: 'partitioned tables',
  dualWrite: 'managed',
  setup: `
    CREATE TABLE regions (id int PRIMARY KEY);
    INSERT INTO regions SELECT generate_series(0, 9);
    CREATE TABLE customers (
      id bigint,
      name text NOT NULL DEFAULT 'nobody' CONSTRAINT customers_name_check CHECK (name <> 'forbidden'),
      email text,
      region int CONSTRAINT customers_region_fk REFERENCES regions,
      price int NOT NULL DEFAULT 100,
      country text,
      depot int CONSTRAINT customers_depot_fk REFERENCES regions,
      PRIMARY KEY (id),
      CONSTRAINT customers_email_key UNIQUE (email, id)
    ) PARTITION BY RANGE (id);
    CREATE TABLE customers_low PARTITION OF customers FOR VALUES FROM (MINVALUE) TO (100) PARTITION BY HASH (id);
    CREATE TABLE customers_low_0 PARTITION OF customers_low FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE customers_low_1 PARTITION OF customers_low FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE customers_rest PARTITION OF customers DEFAULT;
    CREATE INDEX customers_name_idx ON customers (lower(name)) WHERE name <> '';
    COMMENT ON INDEX customers_name_idx IS 'for the search';
    CREATE INDEX customers_price_idx ON customers (price);
    INSERT INTO customers SELECT g, 'name ' || g, 'c' || g, g % 10, g, CASE WHEN g % 2 = 0 THEN 'CH' END FROM generate_series(1, 200) g;
    ANALYZE customers;`,
  operations: [
    { rename_column: { table: 'customers', from: 'name', to: 'full_name' } },
    { rename_column: { table: 'customers', from: 'email', to: 'mail' } },
    { rename_column: { table: 'customers', from: 'region', to: 'area' } },
    { change_type: { table: 'customers', column: 'price', type: 'bigint' } },
    { set_not_null: { table: 'customers', column: 'country', value: "'US'" } },
    { add_column: { table: 'customers', column: 'tier', type: 'text', nullable: false, value: "'free'" } },
    { drop_column: { table: 'customers', column: 'depot' } },
  ],
};

/** What else stands around a table: a foreign key to it, a view on it, indexes of other sorts. */
const NEIGHBOURS = `
    CREATE TABLE visits (customer bigint REFERENCES customers);
    CREATE VIEW shown AS SELECT id, lower(name) AS name FROM customers;
    CREATE INDEX customers_some ON customers (lower(name)) WHERE price > 1;`;

const CONSTRAINTS: LockCase = {
  name: 'constraints and indexes',
  dualWrite: 'managed',
  setup: `
    CREATE TABLE regions (id int PRIMARY KEY);
    INSERT INTO regions SELECT generate_series(0, 9);
    CREATE TABLE customers (id bigint PRIMARY KEY, name text CONSTRAINT long CHECK (length(name) < 99), email text CONSTRAINT customers_mail UNIQUE, region int, area int CONSTRAINT customers_area REFERENCES regions, price int, depot int CONSTRAINT customers_depot REFERENCES regions, parent bigint);
    INSERT INTO customers SELECT g, 'name ' || g, g::text, g % 10, g % 10, g FROM generate_series(1, 200) g;
    ${NEIGHBOURS}`,
  operations: [
    { add_index: { table: 'customers', columns: ['price'] } },
    { add_unique: { table: 'customers', columns: ['name'] } },
    { add_check: { table: 'customers', check: 'price > 0' } },
    { add_index: { table: 'customers', keys: 'lower(email)', unique: true, where: 'price > 3' } },
    { add_foreign_key: { table: 'customers', columns: ['parent'], references: 'customers', index: false } },
    { add_foreign_key: { table: 'customers', columns: ['region'], references: 'regions' } },
    { drop_constraint: { table: 'customers', constraint: 'long' } },
    { drop_constraint: { table: 'customers', constraint: 'customers_area' } },
    { drop_constraint: { table: 'customers', constraint: 'customers_mail' } },
    { set_default: { table: 'customers', column: 'area', default: '3' } },
    { drop_column: { table: 'customers', column: 'depot' } },
  ],
};

const TABLES: LockCase = {
  name: 'tables and names',
  dualWrite: 'managed',
  setup: `
    CREATE TABLE regions (id int PRIMARY KEY);
    CREATE TABLE shops (id int PRIMARY KEY);
    CREATE TABLE customers (id bigint PRIMARY KEY, name text DEFAULT 'nobody', price int CONSTRAINT paid CHECK (price > 0));
    CREATE INDEX customers_name ON customers (name);
    CREATE TABLE clients (id int PRIMARY KEY, name text);
    CREATE TABLE orders (id int PRIMARY KEY, shop int CONSTRAINT orders_shop REFERENCES shops);
    CREATE TABLE numbers (id serial PRIMARY KEY);
    CREATE TABLE events (id int, at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE others PARTITION OF events DEFAULT;
    CREATE TABLE february (id int, at date NOT NULL);
    INSERT INTO february VALUES (1, '2026-02-03');
    CREATE TYPE mood AS ENUM ('sad');
    INSERT INTO customers SELECT g, 'name ' || g, g FROM generate_series(1, 200) g;
    CREATE TABLE payments (client int REFERENCES clients, region int REFERENCES regions);
    CREATE VIEW client_names AS SELECT id, name FROM clients;
    ${NEIGHBOURS}`,
  operations: [
    {
      create_table: {
        table: 'invoices',
        definition: 'id int PRIMARY KEY, region int REFERENCES public.regions',
      },
    },
    { rename_table: { table: 'clients', to: 'payers' } },
    { drop_table: { table: 'orders' } },
    { add_identity: { table: 'numbers', column: 'id', always: true } },
    { rename_constraint: { table: 'customers', from: 'paid', to: 'positive' } },
    { drop_default: { table: 'customers', column: 'name' } },
    { drop_index: { table: 'customers', index: 'customers_name' } },
    { enum_add_value: { type: 'mood', value: 'happy' } },
    {
      attach_partition: {
        table: 'events',
        partition: 'february',
        values: "FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')",
      },
    },
  ],
};

const FREE_SQL: LockCase = {
  name: 'SQL of your own',
  dualWrite: 'managed',
  setup: `CREATE TABLE customers (id bigint PRIMARY KEY, name text); INSERT INTO customers SELECT generate_series(1, 200);`,
  operations: [
    {
      free_sql: {
        up: 'ALTER TABLE public.customers ADD COLUMN extra int',
        down: 'ALTER TABLE public.customers DROP COLUMN extra',
      },
    },
    {
      free_sql: {
        phase: 'switch',
        up: `ALTER TABLE public.customers ALTER COLUMN name TYPE int USING length(name)`,
        down: `ALTER TABLE public.customers ALTER COLUMN name TYPE text`,
      },
    },
    {
      free_sql: {
        phase: 'contract',
        up: `UPDATE public.customers SET id = id WHERE id < 3`,
        down: `DELETE FROM public.customers WHERE id < 0`,
      },
    },
  ],
};

const KEY_FAMILY: LockCase = {
  name: 'a key with the columns that reference it',
  dualWrite: 'managed',
  setup: `
    CREATE TABLE customers (id serial PRIMARY KEY, name text, first_id int CONSTRAINT customers_first_fk REFERENCES customers ON DELETE SET NULL);
    CREATE INDEX customers_first_idx ON customers (first_id);
    CREATE TABLE orders (customer_id int CONSTRAINT orders_customer_fk REFERENCES customers ON DELETE CASCADE, number int CHECK (number > 0), PRIMARY KEY (customer_id, number));
    CREATE TABLE notes (id bigint PRIMARY KEY, customer_id int NOT NULL, number int NOT NULL, CONSTRAINT notes_order_fk FOREIGN KEY (customer_id, number) REFERENCES orders);
    CREATE TABLE marks (customer_id bigint CONSTRAINT marks_customer_fk REFERENCES customers);
    INSERT INTO customers (name, first_id) SELECT 'name ' || g, 1 FROM generate_series(1, 200) g;
    INSERT INTO orders SELECT id, 1 FROM customers; INSERT INTO notes SELECT id, id, 1 FROM customers; INSERT INTO marks SELECT id FROM customers;
    ANALYZE;`,
  operations: [{ change_type: { table: 'customers', column: 'id', type: 'bigint' } }],
};

const REPLACED_KEY: LockCase = {
  name: 'another primary key',
  dualWrite: 'managed',
  setup: `
    CREATE TABLE customers (id bigint PRIMARY KEY, ext uuid NOT NULL DEFAULT gen_random_uuid());
    CREATE TABLE orders (customer_id bigint CONSTRAINT orders_customer_fk REFERENCES customers ON DELETE CASCADE);
    COMMENT ON CONSTRAINT orders_customer_fk ON orders IS 'its customer';
    INSERT INTO customers SELECT g FROM generate_series(1, 200) g; INSERT INTO orders SELECT id FROM customers;`,
  operations: [{ replace_primary_key: { table: 'customers', columns: ['ext'] } }],
};

const KEYS: LockCase = {
  name: 'keys and their absence',
  dualWrite: 'managed',
  setup: `
    CREATE TABLE customers (id bigint CONSTRAINT customers_pkey PRIMARY KEY, code int NOT NULL, mood text);
    CREATE INDEX customers_mood ON customers (lower(mood));
    CREATE INDEX customers_some ON customers (lower(mood)) WHERE code > 1;
    ALTER TABLE customers CLUSTER ON customers_mood;
    CREATE VIEW shown AS SELECT id, mood FROM customers;
    INSERT INTO customers SELECT g, g, 'ok' FROM generate_series(1, 200) g;`,
  operations: [
    { drop_constraint: { table: 'customers', constraint: 'customers_pkey' } },
    { drop_index: { table: 'customers', index: 'customers_mood' } },
  ],
};

const ENUM: LockCase = {
  name: 'an enum replaced',
  dualWrite: 'managed',
  setup: `
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TABLE customers (id bigint PRIMARY KEY, mood mood NOT NULL DEFAULT 'ok', name text, price int);
    CREATE INDEX customers_mood ON customers (mood) WHERE price > 1;
    INSERT INTO customers SELECT g, 'ok', 'name', g FROM generate_series(1, 200) g;
    CREATE TABLE visits (customer bigint REFERENCES customers);`,
  operations: [
    {
      replace_enum: {
        table: 'customers',
        column: 'mood',
        type: 'mood_2',
        values: ['sad', 'fine'],
        map: { ok: 'fine' },
        onFailure: 'reject',
      },
    },
  ],
};

const NEWEST: LockCase = {
  name: 'what PostgreSQL 18 brought',
  dualWrite: 'managed',
  since: 18,
  setup: `
    CREATE TABLE customers (id bigint PRIMARY KEY, name text CONSTRAINT named NOT NULL, price int);
    INSERT INTO customers SELECT g, 'name', g FROM generate_series(1, 200) g;
    ${NEIGHBOURS}`,
  operations: [
    { add_generated_column: { table: 'customers', column: 'twice', type: 'int', expression: 'price * 2' } },
    { drop_constraint: { table: 'customers', constraint: 'named' } },
  ],
};

const DAYS = 'id int, at date NOT NULL';
const PARTITIONS: LockCase = {
  name: 'partitions come and go',
  dualWrite: 'managed',
  setup: `
    CREATE TABLE events (${DAYS}) PARTITION BY RANGE (at);
    CREATE TABLE january PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01') PARTITION BY LIST (id);
    CREATE TABLE january_rest PARTITION OF january DEFAULT;
    CREATE TABLE february PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
    INSERT INTO events SELECT g, '2026-01-05' FROM generate_series(1, 200) g;
    CREATE TABLE others (${DAYS}) PARTITION BY RANGE (at);
    CREATE TABLE others_low PARTITION OF others FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
    CREATE TABLE others_rest (${DAYS});
    INSERT INTO others_rest SELECT g, '2026-01-05' FROM generate_series(1, 200) g;
    CREATE TABLE split (id int NOT NULL) PARTITION BY HASH (id);
    CREATE TABLE split_0 PARTITION OF split FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE split_1 PARTITION OF split FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    INSERT INTO split SELECT generate_series(1, 200);
    CREATE TABLE halves (id int NOT NULL) PARTITION BY HASH (id);
    CREATE TABLE half (id int NOT NULL);
    CREATE TABLE listed (id int NOT NULL) PARTITION BY LIST (id);
    CREATE TABLE listed_one PARTITION OF listed FOR VALUES IN (1);
    CREATE TABLE listed_rest PARTITION OF listed DEFAULT;
    INSERT INTO listed SELECT generate_series(1, 200);
    CREATE TABLE renamed (id int NOT NULL) PARTITION BY LIST (id);
    CREATE TABLE renamed_one PARTITION OF renamed FOR VALUES IN (1);`,
  operations: [
    { detach_partition: { table: 'events', partition: 'january' } },
    { attach_partition: { table: 'others', partition: 'others_rest', values: 'DEFAULT' } },
    { detach_partition: { table: 'split', partition: 'split_1' } },
    {
      attach_partition: {
        table: 'halves',
        partition: 'half',
        values: 'FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
      },
    },
    { detach_partition: { table: 'listed', partition: 'listed_rest' } },
    { rename_table: { table: 'renamed', to: 'named' } },
  ],
};

export const LOCK_CASES: readonly LockCase[] = [
  {
    name: 'every operation of the guide',
    dualWrite: 'managed',
    setup: `${everyOperationSetup(200)} CREATE TABLE visits (customer bigint REFERENCES customers);`,
    operations: EVERY_OPERATION,
  },
  {
    name: 'dual writes by the application',
    dualWrite: 'application',
    setup: everyOperationSetup(200),
    operations: EVERY_OPERATION.slice(0, 3),
  },
  CHANGE_UNDER_ITS_NAME,
  KEY_FAMILY,
  REPLACED_KEY,
  PARTITIONED,
  CONSTRAINTS,
  TABLES,
  FREE_SQL,
  KEYS,
  ENUM,
  NEWEST,
  PARTITIONS,
];
