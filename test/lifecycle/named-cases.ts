import type { DirectCase } from './direct-case';

const SHOPS = `
  CREATE TABLE cities (id int PRIMARY KEY, name text NOT NULL);
  INSERT INTO cities SELECT g, 'city ' || g FROM generate_series(1, 10) g;
  CREATE TABLE shops (id bigint PRIMARY KEY, city_id int, sign text NOT NULL, code text, size int NOT NULL DEFAULT 3, CONSTRAINT shops_code_key UNIQUE (code));
  INSERT INTO shops SELECT g, 1 + g % 10, 'Shop ' || g, 'c' || g, g % 50 FROM generate_series(1, 700) g;
  ALTER TABLE shops ADD CONSTRAINT shops_city_fk FOREIGN KEY (city_id) REFERENCES cities, ADD CONSTRAINT shops_size_check CHECK (size >= 0), ADD CONSTRAINT shops_sign_check CHECK (sign <> '');
  CREATE UNIQUE INDEX shops_city_code ON shops (city_id, code);
  CREATE INDEX shops_sign_idx ON shops (sign);
  CREATE INDEX shops_sign_size_idx ON shops (sign, size);
  CREATE TABLE visits (id bigint PRIMARY KEY, shop_id bigint REFERENCES shops);
  INSERT INTO visits SELECT g, g FROM generate_series(1, 50) g;
  COMMENT ON INDEX shops_sign_idx IS 'by sign';`;

const AS_BEFORE = `SELECT count(*) = 700 AND bool_and(sign = 'Shop ' || id AND code = 'c' || id AND size = id % 50 AND city_id = 1 + id % 10) FROM shops`;

/** Names of what is on a table, with what each is. */
const namesOn = (table: string): string =>
  `(SELECT string_agg(name, ', ' ORDER BY name) FROM (SELECT conname || ' ' || contype::text AS name FROM pg_constraint WHERE conrelid = '${table}'::regclass AND contype <> 'n' UNION ALL SELECT relname || ' i' FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = '${table}'::regclass) n)`;

/** What has or gets a name that something else had. */
export const NAMED: readonly DirectCase[] = [
  {
    name: 'an index becomes a constraint of its name, a constraint an index, a renamed one leaves its name to another',
    always: true,
    setup: SHOPS,
    operations: [
      { drop_index: { table: 'shops', index: 'shops_city_code' } },
      { drop_constraint: { table: 'shops', constraint: 'shops_code_key' } },
      { add_unique: { table: 'shops', columns: ['city_id', 'code'], name: 'shops_city_code' } },
      { add_index: { table: 'shops', columns: ['code'], unique: true, name: 'shops_code_key' } },
      { rename_constraint: { table: 'shops', from: 'shops_size_check', to: 'shops_size_old' } },
      { add_check: { table: 'shops', check: 'size < 1000', name: 'shops_size_check' } },
    ],
    wayBackDone: AS_BEFORE,
    done: `SELECT ${namesOn('shops')} = 'shops_city_code i, shops_city_code u, shops_city_fk f, shops_code_key i, shops_pkey i, shops_pkey p, shops_sign_check c, shops_sign_idx i, shops_sign_size_idx i, shops_size_check c, shops_size_old c'`,
  },
  {
    name: 'a table renamed with a column added, rows updated, its keys made anew, a key to it',
    always: true,
    setup: SHOPS,
    operations: [
      { add_index: { table: 'shops', columns: ['size'], name: 'shops_size_idx' } },
      { rename_table: { table: 'shops', to: 'stores' } },
      { drop_constraint: { table: 'stores', constraint: 'shops_city_fk' } },
      { drop_index: { table: 'stores', index: 'shops_sign_size_idx' } },
      { add_column: { table: 'stores', column: 'kind', type: 'text', nullable: false, value: "'plain'" } },
      {
        add_foreign_key: {
          table: 'stores',
          columns: ['city_id'],
          references: 'cities',
          onDelete: 'cascade',
          index: false,
          name: 'stores_city_fk',
        },
      },
      { add_unique: { table: 'stores', columns: ['sign'], name: 'stores_sign_key' } },
      { update_rows: { table: 'stores', set: 'size = size + 1', where: 'size < 10' } },
      { set_not_null: { table: 'stores', column: 'code', value: "'none'" } },
      {
        create_table: {
          table: 'signs',
          definition: 'id bigint PRIMARY KEY, store_id bigint REFERENCES public.stores',
        },
      },
    ],
    wayBackDone: AS_BEFORE,
    done: `SELECT count(*) = 700 AND bool_and(kind = 'plain' AND size = id % 50 + (id % 50 < 10)::int) AND to_regclass('shops') IS NULL AND ${namesOn('stores')} = 'shops_city_code i, shops_code_key i, shops_code_key u, shops_pkey i, shops_pkey p, shops_sign_check c, shops_sign_idx i, shops_size_check c, shops_size_idx i, stores_city_fk f, stores_sign_key i, stores_sign_key u' FROM stores`,
  },
  {
    name: 'a table renamed while its columns are renamed, retyped and removed',
    setup: `${SHOPS} DROP INDEX shops_sign_size_idx;`,
    operations: [
      { rename_table: { table: 'shops', to: 'stores' } },
      { rename_column: { table: 'stores', from: 'sign', to: 'title', keepNames: true } },
      { change_type: { table: 'stores', column: 'size', to: 'area', type: 'bigint', keepNames: true } },
      { drop_column: { table: 'stores', column: 'code' } },
    ],
    wayBackDone: AS_BEFORE,
    done: `SELECT count(*) = 700 AND bool_and(title = 'Shop ' || id AND area = id % 50) AND ${namesOn('stores')} = 'shops_city_fk f, shops_pkey i, shops_pkey p, shops_sign_check c, shops_sign_idx i, shops_size_check c' FROM stores`,
  },
  {
    name: 'a new table whose key rests on one that is made with it, and another that rests on that table',
    setup: SHOPS,
    operations: [
      {
        create_table: {
          table: 'doors',
          definition:
            'id bigint PRIMARY KEY, city_id int, sign text, CONSTRAINT doors_shop FOREIGN KEY (sign, city_id) REFERENCES public.shops (sign, city_id)',
        },
      },
      {
        create_table: {
          table: 'keys',
          definition: 'id bigint PRIMARY KEY, door_id bigint REFERENCES public.doors',
        },
      },
      { add_index: { table: 'doors', columns: ['sign'], name: 'doors_sign' } },
      { create_table: { table: 'lamps', definition: 'id bigint PRIMARY KEY' } },
      { add_unique: { table: 'shops', columns: ['city_id', 'sign'], name: 'shops_city_sign_key' } },
    ],
    phases: ['expand', 'dual_write'],
    wayBackDone: AS_BEFORE,
    done: `SELECT count(*) = 2 AND to_regclass('doors_sign') IS NOT NULL AND to_regclass('lamps') IS NOT NULL FROM pg_constraint WHERE conrelid IN ('doors'::regclass, 'keys'::regclass) AND contype = 'f' AND convalidated`,
  },
  {
    name: 'a column renamed as RENAME COLUMN does: its indexes and constraints keep their names, some go, one is made anew',
    always: true,
    setup: `${SHOPS} ALTER TABLE shops ADD CONSTRAINT shops_sign_fk UNIQUE (sign, id);`,
    operations: [
      { rename_column: { table: 'shops', from: 'sign', to: 'title', keepNames: true } },
      { drop_index: { table: 'shops', index: 'shops_sign_idx' } },
      { rename_index: { table: 'shops', from: 'shops_sign_size_idx', to: 'shops_title_size_idx' } },
      { rename_constraint: { table: 'shops', from: 'shops_sign_check', to: 'shops_title_check' } },
      { add_index: { table: 'shops', columns: ['title', 'id'], name: 'shops_sign_idx' } },
    ],
    wayBackDone: AS_BEFORE,
    done: `SELECT count(*) = 700 AND bool_and(title = 'Shop ' || id) AND ${namesOn('shops')} = 'shops_city_code i, shops_city_fk f, shops_code_key i, shops_code_key u, shops_pkey i, shops_pkey p, shops_sign_fk i, shops_sign_fk u, shops_sign_idx i, shops_size_check c, shops_title_check c, shops_title_size_idx i'
      AND (SELECT indnatts = 2 AND indkey[1] = 1 FROM pg_index WHERE indexrelid = 'shops_sign_idx'::regclass)
      AND (SELECT count(*) = current_setting('server_version_num')::int / 180000 FROM pg_constraint WHERE conrelid = 'shops'::regclass AND contype = 'n' AND conname = 'shops_sign_not_null') FROM shops`,
  },
  {
    name: 'rows that several others match, all with the same value',
    setup: SHOPS,
    operations: [
      { add_column: { table: 'shops', column: 'town', type: 'text' } },
      {
        update_rows: {
          table: 'shops',
          as: 's',
          set: 'town = c.name',
          from: 'public.cities c, generate_series(1, 3) g',
          where: 'c.id = s.city_id',
        },
      },
    ],
    wayBackDone: AS_BEFORE,
    keeps: true,
    done: `SELECT bool_and(town = 'city ' || (1 + id % 10)) FROM shops`,
  },
];
