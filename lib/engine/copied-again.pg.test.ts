import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { askFor, finish, move, mustMove } from '@/test/lifecycle/move';
import { openSyncBench, type SyncBench } from '@/test/lifecycle/sync-bench';
import type { MoveEvent } from './run-move';

const CASES: readonly { what: string; setup: string; operations: TransitionFile['operations'] }[] = [
  {
    what: 'a copied column',
    setup: 'CREATE TABLE items (id int PRIMARY KEY, name text); INSERT INTO items VALUES (1, $$a$$)',
    operations: [{ rename_column: { table: 'items', from: 'name', to: 'fresh' } }],
  },
  {
    what: 'a copied column of a table that was empty',
    setup: 'CREATE TABLE items (id int PRIMARY KEY, name text)',
    operations: [{ rename_column: { table: 'items', from: 'name', to: 'fresh' } }],
  },
  {
    what: 'a converted column',
    setup: 'CREATE TABLE items (id int PRIMARY KEY, name text); INSERT INTO items VALUES (1, $$a$$)',
    operations: [
      {
        change_type: {
          table: 'items',
          column: 'name',
          to: 'fresh',
          type: 'text',
          up: 'upper(name)',
          down: 'lower(fresh)',
          onFailure: 'reject',
        },
      },
    ],
  },
];

describe('rows that differ when Sync is to end are copied when it is tried again', () => {
  let bench: SyncBench;
  beforeEach(async () => {
    bench = await openSyncBench();
  });
  afterEach(() => bench.close());

  it.each(CASES)('$what', async ({ setup, operations }) => {
    const { target, owner } = bench;
    await owner.unsafe(setup);
    const id = await bench.begin(operations, 1);
    let past = false;
    const failed = await move(target, id, 'forward', {
      acknowledged: ['*'],
      onEvent: async ({ type, stepId }) => {
        if (past || type !== 'step_started' || !String(stepId).endsWith('analyze')) return;
        past = true;
        const syncs =
          await owner`SELECT tgname FROM pg_trigger WHERE tgname LIKE 'zzz_segue%' AND tgenabled = 'A'`;
        const all = (how: string) =>
          syncs.map(({ tgname }) => `ALTER TABLE items ${how} TRIGGER "${tgname}";`);
        await owner.unsafe(`${all('DISABLE').join('')}
          INSERT INTO items SELECT g, 'past' FROM generate_series(2, 500) g;
          ${all('ENABLE ALWAYS').join('')}`);
      },
    });
    expect(past).toBe(true);
    expect(failed).toMatchObject({
      kind: 'failed',
      error: { code: 'check_failed', next: expect.stringContaining('copied once more') },
    });
    expect(await mustMove(target, id, 'forward', { acknowledged: ['*'] })).toBe(2);
    expect(await owner`SELECT 1 FROM items WHERE lower(fresh) IS DISTINCT FROM lower(name)`).toHaveLength(0);
    // As often as it takes, and never for nothing: what is done stays done.
    expect(await owner`SELECT 1 FROM segue.backfills WHERE NOT done`).toHaveLength(0);
  });

  it('a partition whose rows were planned just before the worker was killed', async () => {
    const { target, owner } = bench;
    await owner.unsafe(`CREATE TABLE items (id int PRIMARY KEY, name text) PARTITION BY RANGE (id);
      CREATE TABLE low PARTITION OF items FOR VALUES FROM (0) TO (100);
      INSERT INTO items SELECT g, 'a' FROM generate_series(1, 50) g`);
    const id = await bench.begin([{ rename_column: { table: 'items', from: 'name', to: 'fresh' } }], 1);
    await askFor(target, id, 'forward');
    const stopAt = (end: string, then: () => Promise<void> = async () => undefined) => {
      const stop = new AbortController();
      const onEvent = async ({ type, stepId }: MoveEvent) => {
        if (type !== 'step_started' || !String(stepId).endsWith(end) || stop.signal.aborted) return;
        await then();
        stop.abort();
      };
      return finish(target, { rolloutId: id, owner: 'test', signal: stop.signal, onEvent });
    };
    const attached = stopAt('analyze', async () => {
      await owner.unsafe(`CREATE TABLE high (id int PRIMARY KEY, name text, fresh text);
        INSERT INTO high SELECT g, 'past' FROM generate_series(101, 150) g;
        ALTER TABLE items ATTACH PARTITION high FOR VALUES FROM (101) TO (200)`);
    });
    expect(await attached).toEqual({ kind: 'stopped' });
    // No row of it is copied before the worker is gone.
    await bench.superuser.begin(async (other) => {
      await other`SELECT 1 FROM high FOR UPDATE`;
      expect(await stopAt('backfill')).toEqual({ kind: 'stopped' });
    });
    const planned =
      await owner`SELECT 1 FROM segue.backfill_ranges WHERE relation = 'public.high' AND NOT done`;
    expect(planned).not.toHaveLength(0);
    expect(await finish(target, { rolloutId: id, owner: 'test' })).toMatchObject({ kind: 'completed' });
    expect(await owner`SELECT 1 FROM items WHERE fresh IS DISTINCT FROM name`).toHaveLength(0);
  });
});
