import type { Actor } from '@/lib/core/available-actions';
import { type MoveInput, requestRolloutMove } from './request-move';
import type { ServiceContext } from './service-context';

/**
 * Starts the next phase, or goes on with a failed or paused one. Refused with `approval_missing`, `drift`, `conflict`,
 * `confirmation_missing` (deploy question, table name), `managed_elsewhere`, `not_allowed`.
 */
export function advancePhase(
  context: ServiceContext,
  actor: Actor,
  input: MoveInput,
): Promise<{ version: number }> {
  return requestRolloutMove(context, actor, 'forward', input);
}
