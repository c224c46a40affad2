import type { Actor } from '@/lib/core/available-actions';
import { type MoveInput, requestRolloutMove } from './request-move';
import type { ServiceContext } from './service-context';

/**
 * Takes the last phase back, or a half-done one to its start; also one that is running, which turns round at its next safe
 * point. Needs no approval. Refused with `conflict`, `managed_elsewhere`, `not_allowed`.
 */
export function rollBackPhase(
  context: ServiceContext,
  actor: Actor,
  input: Pick<MoveInput, 'id' | 'version' | 'note' | 'acknowledged'>,
): Promise<{ version: number }> {
  return requestRolloutMove(context, actor, 'back', input);
}
