import { SegueError } from '@/lib/core/errors';
import type { Decision, Phase } from '@/lib/core/plan';
import type { RolloutFact } from '@/lib/core/rollout';

/** The phase that a rollout at rest would start next. */
const nextPhase = ({ plan, position, direction }: RolloutFact): Phase | undefined =>
  direction === null ? plan.phases[position] : undefined;

/** What a person must decide before the next phase; nothing of a phase that was begun already. Pure. */
export const decisionsBefore = (rollout: RolloutFact): readonly Decision[] =>
  nextPhase(rollout)?.deploy?.decisions ?? [];

/** Why the next phase is not started: somebody has to decide first, and calling advance is no word on that. Null: all is accepted. Pure. */
export function undecided(rollout: RolloutFact, accept: readonly string[]): SegueError | null {
  const open = decisionsBefore(rollout).filter(({ id }) => !accept.includes(id) && !accept.includes('*'));
  const phase = nextPhase(rollout);
  if (open.length === 0 || phase === undefined) return null;
  return new SegueError(
    'confirmation_missing',
    `Before "${phase.title}": ${open.map(({ question }) => question).join(' ')}`,
    {
      object: rollout.name,
      next: `If so, go on with ${[...new Set(open.map(({ id }) => `--accept ${id}`))].join(' ')}.`,
      evidence: { decisions: open },
    },
  );
}
