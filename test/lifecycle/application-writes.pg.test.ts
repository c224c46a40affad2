import { describe, expect, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, INT_BOUNDARIES, scenarios, TEXT_BOUNDARIES, uses } from './scenario-parts';

const rename: Scenario = {
  name: 'rename, NOT NULL with an index',
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name text NOT NULL); CREATE INDEX ON items (name);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, 'before ' || g FROM generate_series(1, 2000) g;`,
  dualWrite: 'application',
  operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: TEXT_BOUNDARIES,
    unique: null,
    versions: {
      old: uses('name', { nullable: false, mustGive: true }),
      dual: uses('name', {
        write: [
          { column: 'name', codec: 'same' },
          { column: 'full_name', codec: 'same' },
        ],
        nullable: false,
        mustGive: true,
      }),
      new: uses('full_name', { nullable: false, mustGive: true }),
    },
  },
};

const changeType: Scenario = {
  name: 'change of type, nullable',
  setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, price int); CREATE INDEX ON items (price);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, g FROM generate_series(1, 1000) g;`,
  dualWrite: 'application',
  operations: [
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
  ],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'int',
    boundaries: INT_BOUNDARIES,
    unique: null,
    versions: {
      old: uses('price'),
      dual: uses('price', {
        write: [
          { column: 'price', codec: 'same' },
          { column: 'price_decimal', codec: 'cents' },
        ],
      }),
      new: uses('price_decimal', { codec: 'cents' }),
    },
  },
};

describe.each(FEWER_MAJORS)('dual writes by the application on PostgreSQL %i', (major) => {
  it.each(scenarios([rename], [changeType]))('$name', async (scenario) => {
    const report = await liveThrough(major, scenario);
    expect(report.byVersion.dual).toBeGreaterThan(0);
    expect(report.byVersion.new).toBeGreaterThan(0);
  });
});
