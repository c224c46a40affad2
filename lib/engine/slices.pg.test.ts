import { expect, it } from 'vitest';
import { ACTOR } from '@/test/lifecycle/move';
import { openSyncBench } from '@/test/lifecycle/sync-bench';
import { requestMove, requireRollout } from './rollouts';
import { runMove } from './run-move';

it('a move goes on from slice to slice, also where its checks take longer than a slice', async () => {
  const bench = await openSyncBench();
  try {
    await bench.owner`CREATE TABLE items (id int PRIMARY KEY, price int NOT NULL)`;
    await bench.owner`INSERT INTO items SELECT g, g FROM generate_series(1, 100) g`;
    const id = await bench.begin(
      [{ change_type: { table: 'items', column: 'price', to: 'amount', type: 'bigint' } }],
      0,
    );
    const { plan } = await requireRollout(bench.target, { id });
    const goals = [1, 2, 3, 4, 3, 2, 1, 0];
    for (const [index, goal] of goals.entries()) {
      const { version } = await requireRollout(bench.target, { id });
      const direction = index < 4 ? 'forward' : 'back';
      await requestMove(bench.target, {
        rolloutId: id,
        direction,
        expectedVersion: version,
        actor: ACTOR,
        acknowledged: ['*'],
        waivesRetention: true,
      });
      // A step and its batches at most; each slice is over as soon as it has begun.
      const phase = plan.phases[direction === 'forward' ? goal - 1 : goal];
      const most = 3 + 2 * (phase?.steps.length ?? 0);
      let slices = 1;
      for (; slices <= most; slices += 1) {
        const outcome = await runMove(bench.target, { rolloutId: id, owner: 'test', sliceMs: 0 });
        if (outcome.kind === 'completed') break;
        expect(outcome).toEqual({ kind: 'yielded' });
      }
      expect(slices, `slices to ${goal}`).toBeLessThanOrEqual(most);
      expect((await requireRollout(bench.target, { id })).position).toBe(goal);
    }
  } finally {
    await bench.close();
  }
});
