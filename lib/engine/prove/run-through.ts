import type { Direction, RolloutFact } from '@/lib/core/rollout';
import { requestMove, requireRollout } from '../rollouts';
import { type MoveOutcome, runMove } from '../run-move';
import type { Target } from '../target';

const ACTOR = { id: 'prove', name: 'Proof on a copy', via: 'cli' } as const;

/**
 * Moves a rollout on a copy, phase by phase, until `position` is reached or a move does not complete. Everything that a person
 * would be asked is taken as answered, and no retention time is waited for. Returns the last outcome.
 */
export async function runThrough(
  target: Target,
  rolloutId: string,
  position: number,
  onArrival: (position: number) => Promise<void> = async () => undefined,
): Promise<MoveOutcome> {
  for (;;) {
    const rollout = await requireRollout(target, { id: rolloutId });
    if (rollout.position === position || rollout.ended !== null)
      return { kind: 'completed', position: rollout.position };
    const outcome = await moveOnce(target, rollout, rollout.position < position ? 'forward' : 'back');
    if (outcome.kind !== 'completed') return outcome;
    await onArrival(outcome.position);
  }
}

async function moveOnce(target: Target, rollout: RolloutFact, direction: Direction): Promise<MoveOutcome> {
  await requestMove(target, {
    rolloutId: rollout.id,
    direction,
    expectedVersion: rollout.version,
    actor: ACTOR,
    acknowledged: ['*'],
    waivesRetention: true,
  });
  for (;;) {
    const outcome = await runMove(target, { rolloutId: rollout.id, owner: 'prove' });
    if (outcome.kind === 'busy') await new Promise((resolve) => setTimeout(resolve, outcome.retryInMs));
    else if (outcome.kind !== 'yielded') return outcome;
  }
}
