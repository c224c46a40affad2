import type { CheckWork } from '@/lib/core/plan';
import { quoteName } from '@/lib/core/sql-text';
import type { CheckScope, Finding } from './run-check';

type Mismatches = Extract<CheckWork, { kind: 'mismatches' }>;

/** A comparison of all rows counts for this long, if the sync has stood unchanged since. */
export const COUNTS_FOR_MS = 10 * 60 * 1000;

/**
 * What the sync's triggers are now: identity, version of their catalog rows (xmin changes with every ALTER TABLE …
 * TRIGGER, also one that is taken back) and whether they fire. null where one is missing or the work names none. The same
 * answer at two moments: between them no write went past the sync.
 */
export async function syncProof(scope: CheckScope, work: Mismatches): Promise<string | null> {
  const { sync = [] } = work;
  if (sync.length === 0) return null;
  const name = quoteName(work.table);
  const [row] = await scope.target.sql<{ found: number; proof: string | null }[]>`
    SELECT count(DISTINCT t.tgname)::integer AS found,
      string_agg(concat_ws('.', t.oid, t.xmin, t.tgenabled, t.tgfoid), ',' ORDER BY t.oid) AS proof
    FROM pg_trigger t WHERE t.tgname = ANY (${[...sync]}::text[])
      AND t.tgrelid IN (SELECT ${name}::regclass UNION SELECT relid FROM pg_partition_tree(${name}::regclass))`;
  return row === undefined || row.found < sync.length || row.proof === null
    ? null
    : `${work.operation}:${row.proof}`;
}

/** A pass of the same comparison, by any earlier check of this rollout, that still holds; null: read the rows. */
export async function recentPass(scope: CheckScope, proof: string): Promise<Finding | null> {
  const [pass] = await scope.target.sql<{ seconds: number }[]>`
    SELECT extract(epoch FROM clock_timestamp() - at)::double precision AS seconds FROM segue.checks
    WHERE rollout_id = ${scope.rolloutId} AND outcome = 'pass' AND proof = ${proof}
      -- Of a clock that was put back nobody can say how long ago it was.
      AND at BETWEEN clock_timestamp() - ${COUNTS_FOR_MS} * interval '1 millisecond' AND clock_timestamp() ORDER BY at DESC LIMIT 1`;
  if (pass === undefined) return null;
  const seconds = Math.max(1, Math.round(pass.seconds));
  const age = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  // Without a proof of its own: only rows that were read count, or the ten minutes would never end.
  return {
    outcome: 'pass',
    summary: `0 rows disagreed ${age} ago, and the sync has stood unchanged since.`,
  };
}
