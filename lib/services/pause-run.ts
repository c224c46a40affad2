import type { Actor } from '@/lib/core/available-actions';
import { requestPause } from '@/lib/engine/rollouts';
import { changeActivity } from './change-activity';
import type { ServiceContext } from './service-context';

/** Asks the running phase to stop after the batch or step in hand. `conflict` when it moved on since `version`. */
export function pauseRun(
  context: ServiceContext,
  actor: Actor,
  input: { id: string; version: number },
): Promise<{ version: number }> {
  return changeActivity(context, actor, {
    action: 'pause',
    input,
    ask: requestPause,
    // The worker that has the run sees the request in the target; a run that nobody has is paused by the next one.
    follow: async () => null,
  });
}
