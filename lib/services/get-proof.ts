import { findSourceName } from '@/lib/store/migration-sources';
import { hasPlanSchema } from '@/lib/store/plan-schemas';
import { findProof } from '@/lib/store/proofs';
import type { TransitionRecord } from '@/lib/store/transitions';
import { type ProofView, proofView } from '@/lib/views/proof-view';
import { hasMoved, type RolloutState } from './read-rollout';
import type { ServiceContext } from './service-context';

/** The proof of a transition's plan; null where it came from no migration file: then nothing else says where it ends. */
export async function getProof(
  context: ServiceContext,
  { transition, rollout }: TransitionRecord,
  state: Pick<RolloutState, 'plan' | 'standing'>,
): Promise<ProofView | null> {
  const [source, stored] = await Promise.all([
    findSourceName(context.control, transition.id),
    findProof(context.control, rollout.id),
  ]);
  if (source === null) return null;
  const { standing, plan } = state;
  const moved = hasMoved(standing) || standing.ended !== null;
  const kept =
    moved &&
    standing.ended !== 'abandoned' &&
    (await hasPlanSchema(context.control, { rolloutId: rollout.id, planDigest: plan.digest }));
  return proofView({ stored, planDigest: plan.digest, moved, kept, ended: standing.ended !== null });
}
