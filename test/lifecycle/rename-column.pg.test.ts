import { describe, expect, it } from 'vitest';
import { TEST_MAJORS } from '../postgres/test-database';
import { liveThrough, type Scenario } from './lifecycle';

const plain: Scenario = {
  name: 'plain',
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, tenant int NOT NULL, active boolean NOT NULL, n bigint NOT NULL, name text)`,
  operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: ['', ' '],
    unique: null,
    versions: {
      old: {
        write: [{ column: 'name', codec: 'same' }],
        read: { column: 'name', codec: 'same' },
        omitted: null,
        nullable: true,
      },
      new: {
        write: [{ column: 'full_name', codec: 'same' }],
        read: { column: 'full_name', codec: 'same' },
        omitted: null,
        nullable: true,
      },
    },
  },
};

describe.each(TEST_MAJORS)('rename_column on PostgreSQL %i', (major) => {
  it.each([plain])('$name', async (scenario) => {
    const report = await liveThrough(major, scenario);
    console.log(JSON.stringify(report));
    expect(report.byVersion.new).toBeGreaterThan(0);
  });
});
