import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import type { VersionSpec } from '../traffic/traffic-spec';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, scenarios, uses } from './scenario-parts';

/** A version that knows the value as two columns. */
const usesBoth = (first: string, second: string): VersionSpec => ({
  write: [
    { column: first, codec: 'before_dash' },
    { column: second, codec: 'after_dash' },
  ],
  read: { column: second, codec: 'after_dash' },
  omitted: null,
  nullable: true,
});

const workload = (versions: Scenario['traffic']['versions']): Scenario['traffic'] => ({
  table: 'items',
  key: { kind: 'bigint', columns: ['id'] },
  values: 'text',
  boundaries: ['a-b', '-', 'ünï-cödé 🐘'],
  unique: null,
  versions,
});

const split: Scenario = {
  name: 'one column into two',
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, code varchar(80) NOT NULL);
    COMMENT ON COLUMN items.code IS 'series and number';
    REVOKE ALL ON items FROM :app;
    GRANT DELETE ON items TO :app;
    GRANT SELECT (id, tenant, active, n, code), INSERT (id, tenant, active, n, code), UPDATE (tenant, active, n, code) ON items TO :app;
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, 'before-' || g FROM generate_series(1, 1000) g;`,
  operations: [
    {
      split_column: {
        table: 'items',
        column: 'code',
        first: 'series',
        firstUp: `split_part(code, '-', 1)`,
        firstNotNull: true,
        second: 'number',
        secondUp: `substr(code, strpos(code, '-') + 1)`,
        secondType: 'text',
        secondIndex: true,
        down: `series || '-' || number`,
      },
    },
  ],
  acknowledged: ['*'],
  inspect: async (sql, position) => {
    const columns = await sql`
      SELECT attname AS name, attnotnull AS "notNull", col_description(attrelid, attnum) AS comment,
        (SELECT count(*)::integer FROM aclexplode(attacl)) AS grants,
        (SELECT count(*)::integer FROM pg_index WHERE indrelid = attrelid AND indkey[0] = attnum AND indisvalid) AS indexes
      FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname IN ('series', 'number') ORDER BY attnum`;
    const both = { comment: 'series and number', grants: 3 };
    expect(columns).toEqual(
      position === 0
        ? []
        : [
            { ...both, name: 'series', notNull: position >= 3, indexes: 0 },
            { ...both, name: 'number', notNull: false, indexes: position >= 2 ? 1 : 0 },
          ],
    );
  },
  traffic: workload({
    old: uses('code', { nullable: false, mustGive: true }),
    new: { ...usesBoth('series', 'number'), nullable: false, mustGive: true },
  }),
};

const merge: Scenario = {
  name: 'two columns into one',
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, series text, number varchar(70));
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, 'before', g::text FROM generate_series(1, 1000) g;`,
  operations: [
    {
      merge_columns: {
        table: 'items',
        first: 'series',
        second: 'number',
        to: 'code',
        up: `series || '-' || number`,
        firstDown: `split_part(code, '-', 1)`,
        secondDown: `substr(code, strpos(code, '-') + 1)`,
      },
    },
  ],
  acknowledged: ['*'],
  traffic: workload({ old: usesBoth('series', 'number'), new: uses('code') }),
};

describe.each(FEWER_MAJORS)('split_column and merge_columns on PostgreSQL %i', (major) => {
  it.each(scenarios([split], [merge]))('$name', async (scenario) => {
    const report = await liveThrough(major, scenario);
    expect(report.byVersion.old).toBeGreaterThan(0);
    expect(report.byVersion.new).toBeGreaterThan(0);
  });
});
