import type { Actor } from '@/lib/core/available-actions';
import { requestResume } from '@/lib/engine/rollouts';
import { requeueRun } from '@/lib/store/runs';
import { changeActivity } from './change-activity';
import type { ServiceContext } from './service-context';

/** Lets a paused phase go on from its cursor. `conflict` when it moved on since `version`. */
export function resumeRun(
  context: ServiceContext,
  actor: Actor,
  input: { id: string; version: number },
): Promise<{ version: number }> {
  return changeActivity(context, actor, {
    action: 'resume',
    input,
    ask: requestResume,
    // Where the pause was not reached yet the worker still has the run, and looks again when it settles it.
    follow: (tx, state) => requeueRun(tx, state.record.rollout.id),
  });
}
