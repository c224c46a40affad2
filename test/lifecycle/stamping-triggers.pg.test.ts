import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { mustMove } from './move';
import { openSyncBench, type SyncBench } from './sync-bench';

type Operations = TransitionFile['operations'];

describe.each(FEWER_MAJORS)('a trigger of the team that stamps a column, on PostgreSQL %i', (major) => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench(major);
  });
  afterEach(() => bench.close());

  /** A table whose rows a trigger of the team stamps in each UPDATE, in the very column that changes. */
  const stamped = async (column: string, type: string, stamp: string) => {
    await bench.owner.unsafe(`CREATE TABLE items (id int PRIMARY KEY, ${column} ${type}, note text);
      INSERT INTO items SELECT g, ${stamp} FROM generate_series(1, 300) g;
      CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.${column} := ${stamp}; RETURN NEW; END $$;
      CREATE TRIGGER stamp BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION stamp()`);
  };
  const conflicts = () => bench.owner`SELECT key FROM segue.conflicts`;
  const stamps = "clock_timestamp() AT TIME ZONE 'UTC'";
  it.each<{ name: string; operation: Operations[number]; type: string; stamp: string; agrees: string }>([
    {
      name: 'a rename',
      operation: { rename_column: { table: 'items', from: 'updated_at', to: 'changed_at' } },
      type: 'timestamp',
      stamp: stamps,
      agrees: 'updated_at = changed_at',
    },
    {
      name: 'a change of type',
      operation: {
        change_type: {
          table: 'items',
          column: 'updated_at',
          to: 'changed_at',
          type: 'timestamptz',
          up: "updated_at AT TIME ZONE 'UTC'",
          down: "changed_at AT TIME ZONE 'UTC'",
        },
      },
      type: 'timestamp',
      stamp: stamps,
      agrees: "updated_at = changed_at AT TIME ZONE 'UTC'",
    },
    {
      name: 'a split',
      operation: {
        split_column: {
          table: 'items',
          column: 'updated_at',
          first: 'day',
          firstUp: "split_part(updated_at, ' ', 1)",
          second: 'moment',
          secondUp: "split_part(updated_at, ' ', 2)",
          down: "day || ' ' || moment",
        },
      },
      type: 'text',
      stamp: "to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')",
      agrees: "updated_at = day || ' ' || moment",
    },
  ])('$name of a column that a trigger stamps in each update, the copying included', async (given) => {
    await stamped('updated_at', given.type, given.stamp);
    await bench.begin([given.operation], 3);
    const app = await bench.client();
    await app.query("UPDATE items SET note = 'touched' WHERE id < 10");
    expect(await bench.owner.unsafe(`SELECT id FROM items WHERE (${given.agrees}) IS NOT true`)).toEqual([]);
    expect(await conflicts()).toEqual([]);
  });

  it('a change of type under one name of a column that a trigger stamps in each update', async () => {
    await stamped('updated_at', 'timestamp', stamps);
    const change = { table: 'items', column: 'updated_at', type: 'timestamptz' } as const;
    const id = await bench.begin([{ change_type: { ...change, onFailure: 'reject' } }], 2);
    await bench.owner`CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END $$`;
    await mustMove(bench.target, id, 'forward', { acknowledged: ['*'] });
    const app = await bench.client();
    await app.query("UPDATE items SET note = 'touched' WHERE id < 10");
    await mustMove(bench.target, id, 'back', { acknowledged: ['*'] });
    expect(await bench.owner`SELECT 1 FROM items WHERE updated_at IS NULL`).toEqual([]);
  });
});
