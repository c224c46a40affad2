import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { recordAct } from '@/lib/store/acts';
import { askForProof } from '@/lib/store/proofs';
import { getProof } from './get-proof';
import { readRollout } from './read-rollout';
import { requireTransition } from './require-record';
import type { ServiceContext } from './service-context';

/**
 * Asks a worker to prove the plan once more. Nothing happens while one is at it. `not_found` where the transition came from no migration
 * file, `not_allowed` where it has begun and the schema before it was not kept.
 */
export async function proveAgain(
  context: ServiceContext,
  actor: Actor,
  { id }: { id: string },
): Promise<void> {
  const record = await requireTransition(context.control, id);
  const { transition, rollout, database } = record;
  const proof = await getProof(
    context,
    record,
    await readRollout(context, record, { progress: false, fresh: false }),
  );
  if (proof === null)
    throw new SegueError('not_found', `"${transition.name}" came from no migration file.`, {
      object: transition.name,
      next: 'Open its plan.',
    });
  if (proof.state === 'waiting' || proof.state === 'running') return;
  if (!proof.mayRunAgain)
    throw new SegueError('not_allowed', `"${transition.name}" cannot be proved now.`, {
      object: transition.name,
      next: proof.next ?? 'Roll it back to its start to prove it.',
    });
  await askForProof(context.control, rollout.id);
  await recordAct(context.control, {
    actor,
    action: 'prove',
    object: transition.name,
    transitionId: transition.id,
    databaseId: database.id,
  });
}
