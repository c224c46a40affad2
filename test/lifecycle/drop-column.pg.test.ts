import { describe, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { liveThrough, type Scenario } from './lifecycle';
import { COMMON, ignores, scenarios, uses } from './scenario-parts';

const notNull: Scenario = {
  name: 'NOT NULL without a default, with an index, a comment and a foreign key',
  setup: `CREATE TABLE numbers (number text PRIMARY KEY); INSERT INTO numbers VALUES (''), ('1'), ('2'), ('3');
    CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, fax text NOT NULL REFERENCES numbers);
    COMMENT ON COLUMN items.fax IS 'nobody has one'; CREATE INDEX items_fax_idx ON items (tenant, fax);
    INSERT INTO items SELECT 50000000 + g, 0, true, 1, '1' FROM generate_series(1, 500) g;`,
  operations: [{ drop_column: { table: 'items', column: 'fax', restore: "''" } }],
  acknowledged: ['*'],
  // New code, which does not know the column, deletes what it references, while it also adds rows.
  inspect: async (sql, position) => {
    if (position !== 3) return;
    for (let round = 0; round < 10; round += 1) {
      await sql`DELETE FROM numbers`;
      await new Promise((resolve) => setTimeout(resolve, 20));
      await sql`INSERT INTO numbers VALUES (''), ('1'), ('2'), ('3')`;
    }
    await sql`DELETE FROM numbers WHERE number = '2'`;
  },
  beforeBack: { 3: `INSERT INTO numbers VALUES ('2')` },
  traffic: {
    table: 'items',
    key: { kind: 'bigint', columns: ['id'] },
    values: 'text',
    boundaries: [],
    pool: ['1', '2', '3'],
    unique: null,
    versions: { old: uses('fax', { nullable: false, mustGive: true }), new: ignores({ omitted: '' }) },
  },
};

const unique: Scenario = {
  name: 'unique, nullable, written by upserts',
  setup: `CREATE TABLE items (id uuid PRIMARY KEY, ${COMMON}, "Fax No" text UNIQUE);`,
  operations: [{ drop_column: { table: 'items', column: 'Fax No' } }],
  acknowledged: ['*'],
  traffic: {
    table: 'items',
    key: { kind: 'uuid', columns: ['id'] },
    values: 'text',
    boundaries: [],
    unique: { columns: ['$value'] },
    versions: { old: uses('"Fax No"'), new: ignores() },
  },
};

describe.each(FEWER_MAJORS)('drop_column on PostgreSQL %i', (major) => {
  it.each(scenarios([notNull], [unique]))('$name', async (scenario) => {
    await liveThrough(major, scenario);
  });
});
