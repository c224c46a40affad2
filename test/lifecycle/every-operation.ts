import type { TransitionFile } from '@/lib/core/operation';

/** One table with something of everything, and its foreign-key partner. `rows` rows, half of the countries NULL. */
export function everyOperationSetup(rows: number): string {
  return `
    CREATE TABLE regions (id int PRIMARY KEY);
    INSERT INTO regions SELECT generate_series(0, 9);
    CREATE TABLE customers (
      id bigint PRIMARY KEY,
      name text NOT NULL DEFAULT 'nobody' CONSTRAINT customers_name_check CHECK (name <> 'forbidden'),
      email text CONSTRAINT customers_email_key UNIQUE,
      region int CONSTRAINT customers_region_fk REFERENCES regions,
      fax text NOT NULL,
      price int NOT NULL DEFAULT 100,
      code text,
      country text
    );
    COMMENT ON COLUMN customers.name IS 'the name';
    CREATE INDEX customers_name_idx ON customers (lower(name)) WHERE name <> '';
    COMMENT ON INDEX customers_name_idx IS 'for the search';
    CREATE VIEW customer_names AS SELECT id, name, region FROM customers;
    CREATE INDEX customers_price_idx ON customers (price);
    INSERT INTO customers SELECT g, 'name ' || g, 'c' || g || '@example.com', g % 10, 'fax', g, g::text, CASE WHEN g % 2 = 0 THEN 'CH' END FROM generate_series(1, ${rows}) g;
    ANALYZE customers;`;
}

/** All operations of the guide in one transition, with everything that a plan can emit. */
export const EVERY_OPERATION: TransitionFile['operations'] = [
  { rename_column: { table: 'customers', from: 'name', to: 'full_name' } },
  { rename_column: { table: 'customers', from: 'email', to: 'mail' } },
  { rename_column: { table: 'customers', from: 'region', to: 'area' } },
  { drop_column: { table: 'customers', column: 'fax', restore: "''" } },
  {
    change_type: {
      table: 'customers',
      column: 'price',
      to: 'price_decimal',
      type: 'numeric(10,2)',
      up: 'price / 100.0',
      down: '(price_decimal * 100)::int',
    },
  },
  {
    change_type: {
      table: 'customers',
      column: 'code',
      to: 'code_number',
      type: 'int',
      onFailure: 'quarantine',
    },
  },
  { set_not_null: { table: 'customers', column: 'country', value: "'US'" } },
  { add_column: { table: 'customers', column: 'phone', type: 'text', default: "''" } },
  { add_column: { table: 'customers', column: 'token', type: 'uuid', default: 'gen_random_uuid()' } },
  { add_column: { table: 'customers', column: 'tier', type: 'text', nullable: false, value: "'free'" } },
];
