import { type Action, type Actor, availableActions } from '@/lib/core/available-actions';
import { type ErrorCode, SegueError } from '@/lib/core/errors';
import type { RolloutState } from './read-rollout';

/** Throws what stands against an action, in the words of `availableActions`, with the code a program can switch over. */
export function requireAllowed(state: RolloutState, action: Action, actor: Actor): void {
  const verdict = availableActions(state.context, actor).find((candidate) => candidate.action === action);
  if (verdict === undefined || verdict.allowed) return;
  const { name } = state.record.transition;
  throw new SegueError(codeOf(state, action), `"${name}": ${verdict.reason ?? 'That cannot be done now.'}`, {
    object: name,
    next: nextOf(state),
    evidence: state.approval.changes.length > 0 ? { changes: state.approval.changes } : undefined,
  });
}

function codeOf({ context }: RolloutState, action: Action): ErrorCode {
  if (context.ended !== null) return 'not_allowed';
  if (!context.databaseReachable) return 'connection_failed';
  if (context.managedElsewhere) return 'managed_elsewhere';
  if (action === 'advance' && context.activity === 'idle') {
    if (context.approval === 'missing') return 'approval_missing';
    if (context.approval === 'void') return 'drift';
  }
  return 'not_allowed';
}

function nextOf({ context, databaseError }: RolloutState): string {
  if (!context.databaseReachable) return databaseError ?? 'Check the database.';
  if (context.managedElsewhere) return 'Take it over, then go on here.';
  if (context.approval === 'void') return 'Review what changed and approve again.';
  if (context.approval === 'missing') return 'Review the plan and approve it.';
  return 'Look at where it stands now.';
}
