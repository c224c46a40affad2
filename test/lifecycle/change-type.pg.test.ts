import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, INT_BOUNDARIES, scenarios, uses } from './scenario-parts';

const CENTS = {
  change_type: {
    table: 'items',
    column: 'price',
    to: 'price_decimal',
    type: 'numeric(10,2)',
    up: 'price / 100.0',
    down: '(price_decimal * 100)::int',
  },
} as const;

const cents: Scenario = {
  name: 'int cents to numeric, NOT NULL with a default, a check, indexes and column grants',
  setup: `
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, price int NOT NULL DEFAULT 250 CHECK (price <> 13));
    COMMENT ON COLUMN items.price IS 'in cents';
    CREATE VIEW prices AS SELECT id, price, price * 2 AS twice FROM items WHERE price > 0;
    CREATE INDEX items_price_idx ON items (price);
    CREATE INDEX items_price_half ON items ((price / 2)) WHERE price > 0;
    REVOKE ALL ON items FROM :app;
    GRANT DELETE ON items TO :app;
    GRANT SELECT (id, tenant, active, n, price), INSERT (id, tenant, active, n, price), UPDATE (tenant, active, n, price) ON items TO :app;
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, g FROM generate_series(20, 2000) g;`,
  operations: [CENTS],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'int',
    boundaries: INT_BOUNDARIES,
    unique: null,
    versions: {
      old: uses('price', { omitted: '250', nullable: false }),
      new: uses('price_decimal', { codec: 'cents', omitted: '250', nullable: false }),
    },
  },
};

const uniqueCents: Scenario = {
  name: 'of a unique column that may be NULL, with a composite key',
  setup: `CREATE TABLE items (owner int, seq int, ${COMMON}, price int UNIQUE, PRIMARY KEY (owner, seq));`,
  operations: [CENTS],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind: 'composite', columns: ['owner', 'seq'] },
    values: 'int',
    boundaries: [],
    unique: { columns: ['$value'] },
    versions: { old: uses('price'), new: uses('price_decimal', { codec: 'cents' }) },
  },
};

const toInteger = (onFailure: string) => ({
  change_type: { table: 'items', column: 'code', to: 'code_number', type: 'integer', onFailure },
});

const textToInt = (
  onFailure: string,
  oldOnly: readonly string[],
  codec: 'same' | 'integer' | 'integer_or_zero',
): Scenario => ({
  name: `text to int, onFailure ${onFailure}`,
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, code text); CREATE INDEX ON items (code);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, ${onFailure === 'reject' ? 'g::text' : "CASE WHEN g % 7 = 0 THEN 'no ' || g ELSE g::text END"} FROM generate_series(1, 1000) g;`,
  operations: [toInteger(onFailure)],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'int',
    boundaries: ['0', '-5', '2147483647'],
    unique: null,
    versions: {
      old: uses('code', { boundaries: oldOnly }),
      new: uses('code_number', { codec }),
    },
  },
});

const ALL = scenarios(
  [cents, uniqueCents, textToInt('quarantine', ['abc', '', '99999999999999999999'], 'integer')],
  [textToInt('reject', [], 'same'), textToInt('0', ['abc', '12.5x'], 'integer_or_zero')],
);

describe.each(FEWER_MAJORS)('change_type on PostgreSQL %i', (major) => {
  it.each(ALL)('$name', async (scenario) => {
    const report = await liveThrough(major, scenario);
    expect(report.byVersion.old).toBeGreaterThan(0);
    expect(report.byVersion.new).toBeGreaterThan(0);
  });
});
