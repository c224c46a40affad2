import type { CheckResult } from '@/lib/core/check-result';
import type { Direction } from '@/lib/core/rollout';
import type { TransitionLive } from '@/lib/views/transition-view';

/**
 * The checks of a phase that a person has to decide about before it goes in a direction. Its end belongs to the direction
 * in which it moves: a standby that had not replayed the way back is a question of the way back.
 */
export function openQuestions(
  live: Pick<TransitionLive, 'checks'> & { readonly track: Pick<TransitionLive['track'], 'direction'> },
  phase: number,
  direction: Direction,
): readonly CheckResult[] {
  const turned = (live.track.direction ?? 'forward') !== 'forward';
  const concerns = ({ moment }: CheckResult): boolean => {
    if (moment === 'exit') return turned === (direction === 'back');
    return (moment === 'rollback') === (direction === 'back');
  };
  return live.checks.filter(
    (check) => check.phase === phase && check.outcome === 'inconclusive' && concerns(check),
  );
}

/** What is known already to stop the next phase before it changes anything, in a sentence; null: nothing. */
export function knownObstacle(
  live: Pick<TransitionLive, 'checks'> & { readonly track: Pick<TransitionLive['track'], 'movingPhase'> },
  phase: number,
): string | null {
  if (live.track.movingPhase !== null) return null;
  const found = live.checks.find(
    (check) => check.phase === phase && check.outcome === 'fail' && check.id.startsWith('preflight.'),
  );
  return found === undefined
    ? null
    : `As it is now it would stop before it changes anything: ${found.summary}`;
}
