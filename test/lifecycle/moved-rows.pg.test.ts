import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { requestMove, requireRollout } from '@/lib/engine/rollouts';
import type { MoveOutcome } from '@/lib/engine/run-move';
import { ACTOR, finish, mustMove } from './move';
import { openSyncBench, type SyncBench } from './sync-bench';

const ROWS = 3000;
/** Rows that the application touches while the copying is at work. */
const LAST = ROWS - 300;

const split: TransitionFile['operations'] = [
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
      down: `series || '-' || number`,
    },
  },
];

const merge: TransitionFile['operations'] = [
  {
    merge_columns: {
      table: 'items',
      first: 'series',
      second: 'number',
      to: 'code',
      up: `series || '-' || number`,
      firstDown: `split_part(code, '-', 1)`,
      secondDown: `substr(code, strpos(code, '-') + 1)`,
      notNull: true,
    },
  },
];

/** Room at the beginning of the table, into which rows of its end move when somebody touches them. */
const table = (columns: string, values: string) => `
  CREATE TABLE items (id bigint PRIMARY KEY, ${columns}, note text) WITH (autovacuum_enabled = off);
  INSERT INTO items SELECT g, ${values}, repeat('x', 50) FROM generate_series(1, ${ROWS}) g;
  DELETE FROM items WHERE id BETWEEN 2 AND 1000`;

const CASES = [
  {
    name: 'one column into two',
    setup: table('code varchar(80) NOT NULL', `'s' || g || '-' || g`),
    operations: split,
    wrong: `series || '-' || number IS DISTINCT FROM code`,
  },
  {
    name: 'two columns into one',
    setup: table('series text, number text', `'s' || g, g::text`),
    operations: merge,
    wrong: `series || '-' || number IS DISTINCT FROM code`,
  },
];

describe.each(CASES)('rows that an update of something else moves behind the copying: $name', (subject) => {
  let bench: SyncBench;
  let rolloutId: string;

  beforeEach(async () => {
    bench = await openSyncBench();
    await bench.owner.unsafe(subject.setup);
    await makeRoom();
    rolloutId = await bench.begin(subject.operations, 1);
    await bench.owner`UPDATE segue.rollouts SET settings = settings || '{"batchRows": 100}'`;
  });
  afterEach(() => bench.close());

  /** Goes to Sync; once some pages are copied, they are emptied and the last rows of the table touched. Tells how many of them moved behind the copying. */
  const syncTouching = async (): Promise<number> => {
    let moved: number | null = null;
    const { version } = await requireRollout(bench.target, { id: rolloutId });
    await requestMove(bench.target, {
      rolloutId,
      direction: 'forward',
      expectedVersion: version,
      actor: ACTOR,
    });
    const outcome: MoveOutcome = await finish(bench.target, {
      rolloutId,
      owner: 'test',
      onEvent: async (event) => {
        if (event.type !== 'batch' || moved !== null) return;
        const [copied] = await bench.owner<{ next: string }[]>`
          SELECT format('(%s,0)', next_page) AS next FROM segue.backfill_ranges WHERE round = 0 AND from_page = 0 AND next_page >= 6`;
        if (!copied) return;
        await bench.owner`DELETE FROM items WHERE ctid < ${copied.next}::text::tid`;
        // Where a row's new version goes is PostgreSQL's choice among the pages that have room.
        for (moved = 0; moved === 0; ) {
          await makeRoom();
          await bench.owner.unsafe(`UPDATE items SET note = repeat('y', 50) WHERE id > ${LAST}`);
          moved = (
            await bench.owner`SELECT FROM items WHERE id > ${LAST} AND ctid < ${copied.next}::text::tid`
          ).length;
        }
      },
    });
    expect(outcome).toEqual({ kind: 'completed', position: 2 });
    return moved ?? 0;
  };
  /** Clears deleted rows away; a snapshot of some other test's may keep VACUUM from it for a moment, and rows would have nowhere to move. */
  const makeRoom = async (): Promise<void> => {
    for (let tries = 0; tries < 600; tries += 1) {
      await bench.owner`VACUUM ANALYZE items`;
      const [left] = await bench.owner`SELECT pg_stat_get_dead_tuples('items'::regclass)::integer AS dead`;
      if (left?.dead === 0) return;
      await sleep(100);
    }
    throw new Error('VACUUM could not clear the deleted rows away');
  };
  const wrong = () => bench.owner.unsafe(`SELECT id FROM items WHERE ${subject.wrong}`);

  it('none is left empty', async () => {
    expect(await syncTouching()).toBeGreaterThan(0);
    expect(await wrong()).toHaveLength(0);
  });

  it('none keeps what a Sync that was rolled back had left', async () => {
    await mustMove(bench.target, rolloutId, 'forward');
    await mustMove(bench.target, rolloutId, 'back');
    const code = subject.operations === split ? `code = 'z-' || id` : `series = 'z'`;
    await bench.owner.unsafe(`UPDATE items SET ${code} WHERE id > ${LAST}`);
    await bench.owner`CLUSTER items USING items_pkey`;
    await bench.owner`ALTER TABLE items SET WITHOUT CLUSTER`;
    await bench.owner`DELETE FROM items WHERE id BETWEEN 1001 AND 1700`;
    await makeRoom();
    expect(await syncTouching()).toBeGreaterThan(0);
    expect(await wrong()).toHaveLength(0);
  });
});
