import type { RolloutFact } from '@/lib/core/rollout';
import { bindingOf, driftOf } from '@/lib/engine/binding';
import { findRollout } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { recordAct } from '@/lib/store/acts';
import { type StoredApproval, voidApproval } from '@/lib/store/approvals';
import type { TransitionRecord } from '@/lib/store/transitions';
import type { ApprovalView } from '@/lib/views/transition-view';
import type { ServiceContext } from './service-context';
import { targetIdOf } from './target-id';

interface ApprovalInput {
  readonly record: TransitionRecord;
  /** The rollout's newest approval. */
  readonly latest: StoredApproval | undefined;
  readonly fact: RolloutFact | null;
  readonly standing: Pick<RolloutFact, 'position' | 'activity' | 'ended'>;
  readonly reachable: boolean;
  readonly fresh: boolean;
}

/** For how long a look at the schema serves polling; acts look anew. */
const LOOK_MS = 4000;

declare global {
  // Shared by the copies of this module that one process holds.
  var segueSchemaLooks: Map<string, { readonly key: string; readonly at: number }> | undefined;
}

/**
 * The state of the newest approval of the present plan. At rest the schema is compared with what was approved; a difference
 * voids the approval for good, and what changed is kept with it.
 */
export async function readApproval(context: ServiceContext, input: ApprovalInput): Promise<ApprovalView> {
  const { record, standing, latest: approval } = input;
  if (approval === undefined || approval.planDigest !== record.rollout.planDigest) {
    return { state: 'missing', by: null, at: null, changes: [] };
  }
  const described = { by: approval.by, at: approval.at.toISOString() };
  if (approval.voidedBecause !== null) {
    return { state: 'void', ...described, changes: approval.voidedBecause };
  }
  if (input.reachable && standing.activity === 'idle' && standing.ended === null) {
    const changes = await changesSince(context, input, approval);
    if (changes.length > 0) {
      if (await voidApproval(context.control, approval.id, changes)) {
        await recordAct(context.control, {
          actor: null,
          action: 'approval_void',
          object: record.transition.name,
          transitionId: record.transition.id,
          databaseId: record.database.id,
          detail: { changes },
        });
      }
      return { state: 'void', ...described, changes };
    }
  }
  return { state: 'valid', ...described, changes: [] };
}

async function changesSince(
  context: ServiceContext,
  { record, fact, fresh }: ApprovalInput,
  approval: StoredApproval,
): Promise<readonly string[]> {
  globalThis.segueSchemaLooks ??= new Map();
  const looks = globalThis.segueSchemaLooks;
  const key = `${approval.id} ${fact?.version ?? 0}`;
  const last = looks.get(record.rollout.id);
  if (!fresh && last?.key === key && Date.now() - last.at < LOOK_MS) return [];
  const changes = await context.targets.use(record.database, async (target) => {
    const found = await compare(target, record, fact, approval);
    if (found.length === 0) return found;
    // A move that began meanwhile changes the schema by itself: that is no drift.
    const now = await findRollout(target, { id: targetIdOf(record.rollout) });
    return now?.version === fact?.version ? found : [];
  });
  looks.set(record.rollout.id, { key, at: Date.now() });
  return changes;
}

async function compare(
  target: Target,
  record: TransitionRecord,
  fact: RolloutFact | null,
  approval: StoredApproval,
): Promise<readonly string[]> {
  // Until this plan is fixed in the target, the approval itself says what was reviewed.
  if (fact === null || fact.digest !== record.rollout.planDigest) {
    const now = await bindingOf(target, record.rollout.plan, 0);
    return now.digest === approval.bindingDigest ? [] : difference(approval.bindingFacts, now.facts);
  }
  return driftOf(target, fact.id);
}

/** '+ fact' for what is new, '- fact' for what is gone. Never empty for two digests that differ. Pure. */
export function difference(before: readonly string[], now: readonly string[]): readonly string[] {
  const lines = [
    ...before.filter((fact) => !now.includes(fact)).map((fact) => `- ${fact}`),
    ...now.filter((fact) => !before.includes(fact)).map((fact) => `+ ${fact}`),
  ];
  return lines.length > 0 ? lines : ['+ the order of the columns or another detail of the schema'];
}
