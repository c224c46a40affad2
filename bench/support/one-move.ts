import type { Direction } from '@/lib/core/rollout';
import { requestMove, requireRollout } from '@/lib/engine/rollouts';
import { runMove } from '@/lib/engine/run-move';
import type { Target } from '@/lib/engine/target';

export const BENCH_ACTOR = { id: 'bench', name: 'bench', via: 'cli' } as const;

export interface MoveTime {
  /** From the call to the recorded fact, in ms. */
  readonly ms: number;
  /** Of it, spent on lock attempts that did not succeed and the sleeps after them, and on patient locks. */
  readonly lockWaitMs: number;
  /** Of it, spent on checks: they read every row, under no lock that anybody waits for. */
  readonly checkMs: number;
  /** From the call until names have swapped: from then on the other code runs. null: the move swaps none. */
  readonly swapMs: number | null;
}

/** One phase forward or back. Throws when it does not complete. `patienceMs`: time that patient locks have taken so far. */
export async function oneMove(
  target: Target,
  rolloutId: string,
  direction: Direction,
  patienceMs: () => Promise<number> = () => Promise.resolve(0),
): Promise<MoveTime> {
  const before = await requireRollout(target, { id: rolloutId });
  const [last] = await target.sql<{ seq: string }[]>`SELECT coalesce(max(seq), 0) AS seq FROM segue.steps`;
  const patience = await patienceMs();
  const began = performance.now();
  await requestMove(target, {
    rolloutId,
    direction,
    expectedVersion: before.version,
    actor: BENCH_ACTOR,
    acknowledged: ['*'],
    waivesRetention: true,
  });
  let checkMs = 0;
  let since = performance.now();
  let swapMs: number | null = null;
  const outcome = await runMove(target, {
    rolloutId,
    owner: 'bench',
    onEvent: (event) => {
      const now = performance.now();
      if (event.type === 'check') checkMs += now - since;
      if (event.type === 'step_done' && String(event.stepId).endsWith('switch.swap')) swapMs = now - began;
      since = now;
    },
  });
  const ms = performance.now() - began;
  if (outcome.kind !== 'completed')
    throw new Error(`${direction} from ${before.position}: ${JSON.stringify(outcome)}`);
  const [waits] = await target.sql<{ ms: number }[]>`
    SELECT coalesce(sum(lock_wait_ms), 0)::integer AS ms FROM segue.steps WHERE seq > ${last?.seq ?? '0'}`;
  return {
    ms,
    lockWaitMs: (waits?.ms ?? 0) + Math.round((await patienceMs()) - patience),
    checkMs: Math.round(checkMs),
    swapMs,
  };
}
