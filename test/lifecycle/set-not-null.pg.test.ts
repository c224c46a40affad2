import { describe, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, scenarios, uses } from './scenario-parts';

const country: Scenario = {
  name: 'with a value for the NULLs that are there and those that old code goes on writing',
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, country text); CREATE INDEX ON items (country);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, CASE WHEN g % 2 = 0 THEN 'CH' END FROM generate_series(1, 2000) g;`,
  operations: [{ set_not_null: { table: 'items', column: 'country', value: "'US'" } }],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    nullReadsAs: 'US',
    boundaries: ['', 'x'.repeat(2000)],
    unique: null,
    versions: { old: uses('country'), new: uses('country', { nullable: false, mustGive: true }) },
  },
};

describe.each(FEWER_MAJORS)('set_not_null on PostgreSQL %i', (major) => {
  it.each(scenarios([country]))('$name', async (scenario) => {
    await liveThrough(major, scenario);
  });
});
