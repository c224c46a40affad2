import type { Hold, HoldReason } from '@/lib/core/hold';
import type { Lease } from './lease';
import { fencedHere } from './move-state';
import { asJson } from './rollout-row';
import { segueSchemaVersion } from './segue-schema';
import { type Target, targetError } from './target';

/** Since this version of schema `segue` there are holds. */
const SINCE_VERSION = 2;

/**
 * States why the move waits: these reasons and no others. One that was there already keeps its age and counts one more
 * attempt. Returns the attempts of each, in the order given. An empty list is what {@link endHolds} is for.
 */
export function setHolds(
  lease: Lease,
  stepId: string | null,
  reasons: readonly HoldReason[],
): Promise<readonly number[]> {
  return fencedHere(lease, async (tx) => {
    const keys = reasons.map(({ kind, culprit }) => `${kind} ${culprit}`);
    await tx`
      UPDATE segue.holds SET ended_at = clock_timestamp()
      WHERE rollout_id = ${lease.rolloutId} AND ended_at IS NULL AND NOT kind || ' ' || culprit = ANY (${keys}::text[])`;
    const attempts: number[] = [];
    for (const reason of reasons) {
      const [row] = await tx<{ attempts: number }[]>`
        INSERT INTO segue.holds (rollout_id, step_id, kind, culprit, message, evidence, attempts)
        VALUES (${lease.rolloutId}, ${stepId}, ${reason.kind}, ${reason.culprit}, ${reason.message}, ${tx.json(asJson(reason.evidence ?? []))}, 1)
        ON CONFLICT (rollout_id, kind, culprit) WHERE ended_at IS NULL
        DO UPDATE SET step_id = EXCLUDED.step_id, message = EXCLUDED.message, evidence = EXCLUDED.evidence, attempts = segue.holds.attempts + 1
        RETURNING attempts`;
      attempts.push(row?.attempts ?? 1);
    }
    // Not a new version: what a person was looking at is still what there is.
    await tx`
      UPDATE segue.rollouts SET activity = 'held', updated_at = clock_timestamp() WHERE id = ${lease.rolloutId} AND activity = 'running'`;
    return attempts;
  });
}

/** Nothing keeps the move waiting any more. May be called when nothing did. */
export async function endHolds(lease: Lease): Promise<void> {
  await fencedHere(lease, async (tx) => {
    await tx`UPDATE segue.holds SET ended_at = clock_timestamp() WHERE rollout_id = ${lease.rolloutId} AND ended_at IS NULL`;
    await tx`
      UPDATE segue.rollouts SET activity = 'running', updated_at = clock_timestamp() WHERE id = ${lease.rolloutId} AND activity = 'held'`;
  });
}

/** What a rollout waits for now, longest first. [] also where an earlier commit of Segue made the schema. */
export async function readHolds(target: Target, rolloutId: string): Promise<Hold[]> {
  try {
    if ((await segueSchemaVersion(target.sql)) < SINCE_VERSION) return [];
    const rows = await target.sql<(Omit<Hold, 'since'> & { since: Date })[]>`
      SELECT step_id AS "stepId", kind, culprit, message, evidence, attempts, began_at AS since
      FROM segue.holds WHERE rollout_id = ${rolloutId} AND ended_at IS NULL ORDER BY began_at`;
    return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
  } catch (error) {
    throw targetError(error, target);
  }
}
