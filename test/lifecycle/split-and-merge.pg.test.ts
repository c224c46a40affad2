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
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, code varchar(80));
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, CASE WHEN g % 5 > 0 THEN 'before-' || g END FROM generate_series(1, 1000) g;`,
  operations: [
    {
      split_column: {
        table: 'items',
        column: 'code',
        first: 'series',
        firstUp: `split_part(code, '-', 1)`,
        second: 'number',
        secondUp: `substr(code, strpos(code, '-') + 1)`,
        secondType: 'text',
        down: `series || '-' || number`,
      },
    },
  ],
  acknowledged: ['*'],
  traffic: workload({ old: uses('code'), new: usesBoth('series', 'number') }),
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
