import { PHASE_TITLES, type PhaseKind } from '@/lib/core/plan';
import { listActs } from '@/lib/store/acts';
import type { ActivityEntry } from '@/lib/views/activity-view';
import type { ServiceContext } from './service-context';

const WORDS: Record<string, string> = {
  create: 'planned',
  edit: 'edited',
  duplicate: 'copied',
  approve: 'approved',
  approve_again: 'approved again',
  approval_void: 'voided the approval of',
  replan: 'planned anew',
  prove: 'had proved again',
  advance: 'started',
  roll_back: 'rolled back',
  pause: 'paused',
  resume: 'resumed',
  abandon: 'abandoned',
  change_settings: 'changed settings of',
  pause_all: 'paused',
  resume_all: 'resumed',
  cancel_blocker: 'cancelled a query that stood in the way of',
  terminate_blocker: 'ended a session that stood in the way of',
  take_over: 'took over',
  restored: 'saw an earlier state of',
  hand_over: 'handed to the command line',
  leave: 'abandoned and left in place',
  found: 'found',
  add_database: 'added the database',
  update_database: 'changed the database',
  remove_database: 'removed the database',
};

/** What was done, newest first. */
export async function listActivity(
  context: ServiceContext,
  options: { readonly limit?: number } = {},
): Promise<ActivityEntry[]> {
  const acts = await listActs(context.control, Math.min(options.limit ?? 100, 500));
  return acts.map((act) => {
    const phase = phaseTitle(act.detail.phase);
    return {
      id: String(act.id),
      at: act.at.toISOString(),
      actor: act.actor ?? 'Segue',
      via: act.via,
      what: [
        WORDS[act.action] ?? act.action.replaceAll('_', ' '),
        ...(phase === null ? [] : [`${phase} of`]),
      ].join(' '),
      object: act.object,
      transitionId: act.transitionId,
      databaseId: act.databaseId,
      detail: typeof act.detail.note === 'string' && act.detail.note !== '' ? act.detail.note : null,
    };
  });
}

function phaseTitle(kind: unknown): string | null {
  return typeof kind === 'string' && kind in PHASE_TITLES ? PHASE_TITLES[kind as PhaseKind] : null;
}
