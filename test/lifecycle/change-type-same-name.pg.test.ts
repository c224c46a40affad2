import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, INT_BOUNDARIES, scenarios, uses } from './scenario-parts';

/** The class of error that PostgreSQL makes unavoidable for prepared statements across a change of type. */
const STALE = 'cached plan must not change result type';

const tidy =
  'CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.price = 7777 THEN NEW.price := 7778; END IF; NEW.price := NEW.price + 0; RETURN NEW; END $$';

const widened: Scenario = {
  name: 'int to bigint: code that takes both stays in service; default, check, indexes, grants and a trigger of its own',
  setup: `
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, price int NOT NULL DEFAULT 250 CONSTRAINT items_price_check CHECK (price <> 13));
    COMMENT ON COLUMN items.price IS 'in cents';
    COMMENT ON CONSTRAINT items_price_check ON items IS 'not that one';
    CREATE INDEX items_price_idx ON items (price DESC, n) WITH (fillfactor = 70);
    CREATE INDEX items_price_half ON items ((price / 2)) WHERE price > 0;
    COMMENT ON INDEX items_price_half IS 'half of it';
    ALTER TABLE items ALTER COLUMN price SET STATISTICS 250;
    REVOKE ALL ON items FROM :app;
    GRANT DELETE ON items TO :app;
    GRANT SELECT (id, tenant, active, n, price), INSERT (id, tenant, active, n, price), UPDATE (tenant, active, n, price) ON items TO :app;
    ${tidy};
    CREATE TRIGGER items_tidy BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION tidy();
    CREATE VIEW item_prices WITH (security_barrier=true) AS SELECT i.id, i.price, i.price / 2 AS half, o.n FROM items i JOIN items o USING (id) WHERE i.price > 0;
    COMMENT ON VIEW item_prices IS 'what it costs'; COMMENT ON COLUMN item_prices.half IS 'half of it';
    REVOKE DELETE ON item_prices FROM CURRENT_USER; GRANT SELECT (id, half) ON item_prices TO :app; GRANT INSERT ON item_prices TO :app WITH GRANT OPTION;
    CREATE VIEW item_keys AS SELECT id FROM items;
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, g FROM generate_series(20, 2000) g;`,
  operations: [{ change_type: { table: 'items', column: 'price', type: 'bigint' } }],
  acknowledged: ['*'],
  takesBoth: true,
  inspect: async (sql, position) => {
    const columns = await sql<{ type: string }[]>`
      SELECT format_type(atttypid, NULL) AS type FROM pg_attribute WHERE attrelid = 'item_prices'::regclass AND attname IN ('price', 'half')`;
    const type = position >= 3 ? 'bigint' : 'integer';
    expect(columns.map((column) => column.type)).toEqual([type, type]);
    expect(await sql`SELECT 1 FROM item_prices LIMIT 1`).toHaveLength(1);
  },
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'int',
    boundaries: INT_BOUNDARIES,
    unique: null,
    reconnectsOn: STALE,
    versions: {
      old: uses('price', { omitted: '250', nullable: false, raw: true }),
      new: uses('price', { omitted: '250', nullable: false, raw: true }),
    },
  },
};

const cents: Scenario = {
  name: 'int cents to numeric: the hand-over is the swap',
  setup: `
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, price int NOT NULL DEFAULT 250 CHECK (price <> 13));
    CREATE INDEX items_price_idx ON items (price);
    CREATE INDEX items_price_half ON items ((price / 2)) WHERE price > 0;
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, g FROM generate_series(20, 2000) g;`,
  operations: [
    {
      change_type: {
        table: 'items',
        column: 'price',
        type: 'numeric(10,2)',
        up: 'price / 100.0',
        down: '(price * 100)::int',
      },
    },
  ],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'int',
    boundaries: INT_BOUNDARIES,
    unique: null,
    versions: {
      old: uses('price', { omitted: '250', nullable: false, raw: true }),
      new: uses('price', { codec: 'cents', omitted: '250', nullable: false, raw: true }),
    },
  },
};

const unique: Scenario = {
  name: 'varchar to text, unique and referencing, upserted by the value',
  setup: `CREATE TABLE items (owner int, seq int, ${COMMON}, code varchar(60) CONSTRAINT items_code_key UNIQUE, PRIMARY KEY (owner, seq));
    COMMENT ON CONSTRAINT items_code_key ON items IS 'one of each'`,
  operations: [{ change_type: { table: 'items', column: 'code', type: 'text' } }],
  acknowledged: ['*'],
  takesBoth: true,
  traffic: {
    table: 'items',
    key: { kind: 'composite', columns: ['owner', 'seq'] },
    values: 'text',
    boundaries: [],
    unique: { columns: ['$value'] },
    reconnectsOn: STALE,
    versions: { old: uses('code', { raw: true }), new: uses('code', { raw: true }) },
  },
};

const foreignKey: Scenario = {
  name: 'int to bigint of a foreign key',
  setup: `CREATE TABLE groups (id int PRIMARY KEY); INSERT INTO groups SELECT generate_series(1, 20);
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, group_id int CONSTRAINT items_group_fk REFERENCES groups ON UPDATE CASCADE ON DELETE SET NULL);
    COMMENT ON CONSTRAINT items_group_fk ON items IS 'its group';
    CREATE INDEX ON items (group_id)`,
  operations: [{ change_type: { table: 'items', column: 'group_id', type: 'bigint' } }],
  acknowledged: ['*'],
  takesBoth: true,
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'int',
    boundaries: [],
    pool: Array.from({ length: 20 }, (_, index) => String(index + 1)),
    unique: null,
    reconnectsOn: STALE,
    versions: { old: uses('group_id', { raw: true }), new: uses('group_id', { raw: true }) },
  },
};

/** After Delete the old type is gone, unless something else uses it. */
const enumReplaced = (name: string, setup: string, goes: boolean): Scenario => ({
  name,
  setup: `CREATE TYPE mood AS ENUM ('a', 'b', 'c'); ${setup}
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, mood mood NOT NULL DEFAULT 'b');
    CREATE INDEX items_mood_idx ON items (mood) WHERE n > 0;
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, (ARRAY['a', 'b', 'c'])[1 + g % 3]::mood FROM generate_series(1, 1000) g;`,
  operations: [
    {
      replace_enum: {
        table: 'items',
        column: 'mood',
        type: 'mood_2',
        values: ['c', 'b', 'x'],
        map: { a: 'x' },
      },
    },
  ],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: [],
    pool: ['a', 'b', 'c'],
    unique: null,
    versions: {
      old: uses('mood', { omitted: 'b', nullable: false, raw: true }),
      new: uses('mood', { codec: 'a_is_x', omitted: 'b', nullable: false, raw: true }),
    },
  },
  inspect: async (sql, position) => {
    const [row] = await sql<{ there: boolean }[]>`SELECT to_regtype('public.mood') IS NOT NULL AS there`;
    expect(row?.there).toBe(position < 5 || !goes);
  },
});
const ENUMS = [
  enumReplaced('an enum replaced by a new type, its values translated', '', true),
  enumReplaced(
    'an enum replaced by a new type, and used elsewhere too',
    'CREATE TABLE others (mood mood);',
    false,
  ),
];

describe.each(FEWER_MAJORS)('change_type under the same name on PostgreSQL %i', (major) => {
  it.each(scenarios([widened], [cents, unique, foreignKey, ...ENUMS]))('$name', async (scenario) => {
    const report = await liveThrough(major, scenario);
    expect(report.byVersion.old).toBeGreaterThan(0);
    expect(report.byVersion.new).toBeGreaterThan(0);
  });
});
