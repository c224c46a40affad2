import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, INT_BOUNDARIES, scenarios } from './scenario-parts';

/**
 * All five operations of the guide in one transition. Every statement writes the tracked value to two columns at once, as
 * text and as cents, so that each pair is also held against the other.
 */
const all: Scenario = {
  name: 'all five operations merged, two of them on columns that one statement writes',
  setup: `
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name text NOT NULL DEFAULT '250', price int NOT NULL DEFAULT 250, fax text NOT NULL, country text);
    CREATE INDEX items_name_idx ON items (name);
    CREATE INDEX items_price_idx ON items (price, tenant);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, g::text, g, 'fax', CASE WHEN g % 2 = 0 THEN 'CH' END FROM generate_series(1, 1500) g;`,
  operations: [
    { rename_column: { table: 'items', from: 'name', to: 'full_name' } },
    {
      change_type: {
        table: 'items',
        column: 'price',
        to: 'price_decimal',
        type: 'numeric(12,2)',
        up: 'price / 100.0',
        down: '(price_decimal * 100)::int',
      },
    },
    { drop_column: { table: 'items', column: 'fax', restore: "''" } },
    { set_not_null: { table: 'items', column: 'country', value: "'US'" } },
    { add_column: { table: 'items', column: 'tier', type: 'text', nullable: false, value: "'free'" } },
  ],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'int',
    boundaries: INT_BOUNDARIES,
    unique: null,
    versions: {
      old: {
        write: [
          { column: 'name', codec: 'same' },
          { column: 'price', codec: 'same' },
        ],
        read: { column: 'name', codec: 'same' },
        omitted: '250',
        nullable: false,
        extra: [
          { column: 'fax', sql: "'fax'" },
          { column: 'country', sql: 'NULL' },
        ],
      },
      new: {
        write: [
          { column: 'full_name', codec: 'same' },
          { column: 'price_decimal', codec: 'cents' },
        ],
        read: { column: 'full_name', codec: 'same' },
        omitted: '250',
        nullable: false,
        extra: [
          { column: 'country', sql: "'CH'" },
          { column: 'tier', sql: "'paid'" },
        ],
      },
    },
  },
  inspect: async (sql, position) => {
    const disagree =
      position >= 2
        ? 'full_name IS DISTINCT FROM (price_decimal * 100)::bigint::text OR country IS NULL OR tier IS NULL'
        : 'name IS DISTINCT FROM price::text';
    expect(await sql.unsafe(`SELECT id FROM items WHERE ${disagree} LIMIT 5`)).toHaveLength(0);
  },
};

describe.each(FEWER_MAJORS)('several operations on PostgreSQL %i', (major) => {
  it.each(scenarios([all]))('$name', async (scenario) => {
    await liveThrough(major, scenario);
  });
});
