import { SegueError } from '@/lib/core/errors';
import { listActsOf } from '@/lib/store/acts';
import type { ControlQueries } from '@/lib/store/control-db';

const VERBS: Record<string, string> = {
  advance: 'started the next phase',
  roll_back: 'started to roll back',
  pause: 'paused it',
  resume: 'resumed it',
  edit: 'edited the draft',
  approve: 'approved the plan',
  approve_again: 'approved the changed schema',
  abandon: 'abandoned it',
  change_settings: 'changed its settings',
  cancel_blocker: 'cancelled a query that stood in its way',
  terminate_blocker: 'ended a session that stood in its way',
  take_over: 'took it over',
  hand_over: 'handed it to the command line',
  leave: 'abandoned it',
};

/** The `conflict` for a person whose page was older than the rollout: who was faster, and with what. */
export async function conflictError(
  db: ControlQueries,
  transition: { readonly id: string; readonly name: string },
): Promise<SegueError> {
  const [last] = (await listActsOf(db, transition.id, 10)).filter((act) => act.action in VERBS);
  const what =
    last === undefined
      ? 'It moved on meanwhile.'
      : `${last.actor ?? 'Segue'} ${VERBS[last.action] ?? 'changed it'} at ${last.at.toISOString().slice(11, 19)} UTC.`;
  return new SegueError('conflict', `"${transition.name}" changed since you looked at it. ${what}`, {
    object: transition.name,
    next: 'Look at where it stands now, then decide again.',
    evidence: { by: last?.actor ?? null, action: last?.action ?? null, at: last?.at.toISOString() ?? null },
  });
}
