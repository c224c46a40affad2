import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, INT_BOUNDARIES, scenarios, TEXT_BOUNDARIES, uses } from './scenario-parts';

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

/**
 * What one migration file does to one table: a type changed with its default, NOT NULL and an index, a key and a check made anew under
 * their names, a new column with an index and rows, all while both versions write.
 */
const composed: Scenario = {
  name: 'a whole migration file: several operations on one column and one table',
  setup: `
    CREATE TABLE owners (id int PRIMARY KEY); INSERT INTO owners SELECT generate_series(0, 9);
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, price int DEFAULT 7, owner int CONSTRAINT items_owner_fk REFERENCES owners, code text CONSTRAINT items_code_check CHECK (code <> 'x'));
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, g, g % 10, 'CODE ' || g FROM generate_series(1, 1500) g;`,
  operations: [
    { drop_default: { table: 'items', column: 'price' } },
    { change_type: { table: 'items', column: 'price', type: 'bigint' } },
    { set_default: { table: 'items', column: 'price', default: '250' } },
    { set_not_null: { table: 'items', column: 'price', value: '0' } },
    { add_index: { table: 'items', columns: ['price', 'tenant'], name: 'items_price' } },
    { drop_constraint: { table: 'items', constraint: 'items_owner_fk' } },
    {
      add_foreign_key: {
        table: 'items',
        columns: ['owner'],
        references: 'owners',
        onDelete: 'cascade',
        index: false,
        name: 'items_owner_fk',
      },
    },
    { drop_constraint: { table: 'items', constraint: 'items_code_check' } },
    { add_check: { table: 'items', check: "code <> 'y'", name: 'items_code_check' } },
    { add_column: { table: 'items', column: 'slug', type: 'text' } },
    {
      update_rows: {
        table: 'items',
        set: "slug = lower(code), code = code || '!'",
        where: 'code IS NOT NULL',
      },
    },
    { add_index: { table: 'items', columns: ['slug'], name: 'items_slug' } },
  ],
  acknowledged: ['*'],
  takesBoth: true,
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'int',
    boundaries: INT_BOUNDARIES,
    unique: null,
    reconnectsOn: 'cached plan must not change result type',
    versions: {
      old: uses('price', { nullable: false, mustGive: true, raw: true }),
      new: uses('price', { nullable: false, mustGive: true, raw: true }),
    },
  },
  inspect: async (sql, position) => {
    const wrong =
      position >= 2
        ? "slug IS DISTINCT FROM lower(rtrim(code, '!')) OR code NOT LIKE '%!'"
        : "code LIKE '%!'";
    expect(
      await sql.unsafe(`SELECT id FROM items WHERE code IS NOT NULL AND (${wrong}) LIMIT 5`),
    ).toHaveLength(0);
    const constraints =
      await sql`SELECT conname, pg_get_constraintdef(oid) AS rule, convalidated AS valid FROM pg_constraint
      WHERE conrelid = 'items'::regclass AND conname IN ('items_owner_fk', 'items_code_check') ORDER BY 1`;
    expect(constraints.map(({ rule, valid }) => valid && String(rule).match(/CASCADE|'[xy]'/)?.[0])).toEqual(
      position >= 3 ? ["'y'", 'CASCADE'] : ["'x'", undefined],
    );
  },
};

/** NULL of old code is a value for new code, which has to give one; the old column keeps its NULLs. */
const renamedNotNull: Scenario = {
  name: 'a column renamed that loses its default and becomes NOT NULL, with an index and rows under its new name',
  setup: `
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name text DEFAULT 'nobody', city text);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, CASE WHEN g % 3 > 0 THEN 'n' || g END FROM generate_series(1, 1500) g;`,
  operations: [
    { rename_column: { table: 'items', from: 'name', to: 'full_name' } },
    { set_not_null: { table: 'items', column: 'full_name', value: "'?'" } },
    { drop_default: { table: 'items', column: 'full_name' } },
    { rename_column: { table: 'items', from: 'city', to: 'town' } },
    { update_rows: { table: 'items', set: "town = 'of ' || full_name", where: 'tenant = 0' } },
    { add_index: { table: 'items', keys: 'full_name DESC, town', name: 'items_full_name' } },
  ],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: TEXT_BOUNDARIES.slice(0, 4),
    nullReadsAs: '?',
    unique: null,
    versions: {
      old: uses('name', { omitted: 'nobody' }),
      new: uses('full_name', { nullable: false, mustGive: true }),
    },
  },
  inspect: async (sql, position) => {
    const wrong = position >= 2 ? "full_name IS NULL OR town NOT LIKE 'of %'" : 'city IS NOT NULL';
    expect(await sql.unsafe(`SELECT id FROM items WHERE id > 50000000 AND (${wrong}) LIMIT 5`)).toHaveLength(
      0,
    );
  },
};

describe.each(FEWER_MAJORS)('several operations on PostgreSQL %i', (major) => {
  it.each(scenarios([all], [composed, renamedNotNull]))('$name', async (scenario) => {
    await liveThrough(major, scenario);
  });
});
