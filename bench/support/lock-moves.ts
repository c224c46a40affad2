import type { StepLock } from '@/lib/core/plan';
import { LOCK_MODES } from '@/lib/core/plan';
import type { Target } from '@/lib/engine/target';
import type { Load } from './load';
import type { MoveCase } from './move-cases';
import { oneMove } from './one-move';
import { fixRollout } from './rollout';

const strongest = (locks: readonly StepLock[]): string =>
  LOCK_MODES[Math.max(0, ...locks.map(({ mode }) => LOCK_MODES.indexOf(mode)))] ?? '';

/**
 * A whole transition under the load, Add, Switch and Retire `each` times there and back. Returns the strongest lock of
 * every step, by "direction id".
 */
export async function lockMoves(
  target: Target,
  load: Load,
  { name, operations, before, after }: MoveCase,
  each: number,
): Promise<ReadonlyMap<string, string>> {
  const { id, plan } = await fixRollout(target, name, operations, { lanes: 2, stopGrowthPercent: 0 });
  await load.setVersions([before]);
  for (const { kind } of plan.phases) {
    if (kind === 'switch') await load.setVersions([before, after]);
    if (kind === 'contract') await load.setVersions([after]);
    for (let n = 1; n < each && kind !== 'dual_write' && kind !== 'purge'; n += 1) {
      await oneMove(target, id, 'forward');
      await oneMove(target, id, 'back');
    }
    await oneMove(target, id, 'forward');
  }
  return new Map(
    plan.phases.flatMap(({ steps }) =>
      steps.flatMap((step): [string, string][] => [
        [`forward ${step.id}`, strongest(step.locks)],
        [`back ${step.id}`, strongest(step.undoLocks)],
        [`back ${step.id}.retire`, strongest(step.undoLocks)],
      ]),
    ),
  );
}
