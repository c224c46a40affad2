import { statusOf } from '@/lib/core/rollout';
import { latestApprovals, type StoredApproval } from '@/lib/store/approvals';
import * as store from '@/lib/store/transitions';
import { buildTrack } from '@/lib/views/build-track';
import type { ApprovalView, TransitionListItem } from '@/lib/views/transition-view';
import { groupOf, waitingFor } from '@/lib/views/waiting-for';
import { authorOf, databaseRef } from './get-transition-view';
import { pausedTogether } from './pause-all';
import { standingOf } from './read-rollout';
import type { ServiceContext } from './service-context';
import { syncDatabases } from './sync-databases';

/** The list waits no longer than this for targets; what comes later shows at the next look. */
const SYNC_BUDGET_MS = 400;

/** All transitions with phase, progress and checks, last changed first. Reads the control database's copy of the facts. */
export async function listTransitions(context: ServiceContext): Promise<TransitionListItem[]> {
  await Promise.race([syncDatabases(context, 'all'), wait(SYNC_BUDGET_MS)]);
  const [records, approvals, together] = await Promise.all([
    store.listTransitions(context.control),
    latestApprovals(context.control),
    pausedTogether(context),
  ]);
  const byRollout = new Map(approvals.map((approval) => [approval.rolloutId, approval]));
  return records.map((record) => ({
    ...listItem(context.instanceId, record, byRollout.get(record.rollout.id), new Date().toISOString()),
    pausedTogether: together.has(record.transition.id),
  }));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function listItem(
  instanceId: string,
  record: store.TransitionRecord,
  approval: Pick<StoredApproval, 'planDigest' | 'voidedAt'> | undefined,
  now: string,
): TransitionListItem {
  const { transition, rollout } = record;
  const { plan, progress } = rollout;
  const restored = progress?.restored;
  const standing = standingOf(record, restored?.fact ?? rollout.fact);
  const status = statusOf({ ...standing, plan });
  const usual = waitingFor({
    plan,
    status,
    fact: standing,
    approval: approvalState(rollout.planDigest, approval),
    stopped: standing.error !== null,
    managedElsewhere: rollout.fact !== null && rollout.fact.managedBy !== instanceId,
    now,
  });
  const waiting = restored === undefined ? usual : restoredWords(restored.fact !== null);
  const total = plan.phases.reduce(
    (sum, phase) => sum + phase.entryChecks.length + phase.exitChecks.length + phase.watchChecks.length,
    0,
  );
  return {
    id: transition.id,
    name: transition.name,
    group: groupOf(status, waiting),
    status,
    draft: status === 'not_started',
    waitingFor: waiting,
    database: databaseRef(record),
    tables: plan.tables.map(({ schema, name }) => (schema === 'public' ? name : `${schema}.${name}`)),
    track: buildTrack(plan, standing, progress?.backfill ?? null),
    progress: progress?.backfill ?? null,
    hold: status === 'held' ? (progress?.hold ?? null) : null,
    checks: {
      passed: progress?.passed ?? 0,
      failed: progress?.failed ?? 0,
      inconclusive: progress?.inconclusive ?? 0,
      total,
    },
    author: authorOf(record),
    createdAt: transition.createdAt.toISOString(),
    updatedAt: transition.updatedAt.toISOString(),
  };
}

function restoredWords(isKnown: boolean): string {
  return isKnown
    ? 'The database was restored: look where it stands'
    : 'The database does not know it any more';
}

function approvalState(
  planDigest: string,
  approval: Pick<StoredApproval, 'planDigest' | 'voidedAt'> | undefined,
): ApprovalView['state'] {
  if (approval === undefined || approval.planDigest !== planDigest) return 'missing';
  return approval.voidedAt === null ? 'valid' : 'void';
}
