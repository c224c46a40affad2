import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckWork } from '@/lib/core/plan';
import type { RolloutFact } from '@/lib/core/rollout';
import { quoteName } from '@/lib/core/sql-text';
import { type Target, targetError } from '../target';
import { writeIntent } from '../write-intent';
import { COUNTS_FOR_MS, syncProof } from './recent-pass';
import { countRows } from './row-checks';
import type { CheckScope } from './run-check';

type Mismatches = Extract<CheckWork, { kind: 'mismatches' }>;

/** Old enough to be read again, and young enough that it still counts until that is done. */
const DUE_MS = COUNTS_FOR_MS * 0.6;
/** Whoever lets a transition rest for longer waits for the comparison at the next click: nobody's table is read for days. */
const KEPT_FOR = '4 hours';
/** A larger table is not read at this pace before the comparison before is too old. */
const LARGEST_BYTES = 8 * 1024 ** 3;
/** Little at a time (64 MB), and then a rest of so many times as long: about a tenth of one processor, with two readers. */
const CHUNK_BLOCKS = 8192;
const RESTS = 19;

/** Somebody moves the rollout: who clicked comes first. */
class GivesWay extends Error {}

/**
 * Reads again what the next click on a resting rollout would rest on, before it is too old, slowly: the click then waits for no
 * comparison. A difference that is found becomes the answer of the check that had passed. Returns how many comparisons
 * were made. May be called often, by several at once.
 */
export async function keepFresh(target: Target, fact: RolloutFact): Promise<number> {
  if (fact.direction !== null || fact.ended !== null) return 0;
  const checks = [
    ...(fact.plan.phases[fact.position]?.entryChecks ?? []),
    ...(fact.plan.phases[fact.position - 1]?.rollbackChecks ?? []),
  ];
  const works = checks.flatMap(({ work }) =>
    work.kind === 'mismatches' && work.mayBeRecent === true ? [work] : [],
  );
  const scope = scopeOf(target, fact);
  const seen = new Set<string>();
  try {
    for (const work of works) {
      const proof = await syncProof(scope, work);
      if (proof === null || seen.has(proof) || !(await isDue(target, fact.id, work, proof))) continue;
      seen.add(proof);
      await readAgain(scope, fact, work, proof);
    }
    return seen.size;
  } catch (error) {
    if (error instanceof GivesWay) return seen.size;
    throw targetError(error, target);
  }
}

function scopeOf(target: Target, fact: RolloutFact): CheckScope {
  let began = performance.now();
  return {
    target,
    rolloutId: fact.id,
    transition: fact.name,
    waivesRetention: false,
    chunkBlocks: CHUNK_BLOCKS,
    checkpoint: async () => {
      await sleep((performance.now() - began) * RESTS);
      const rests = await target.sql`
        SELECT 1 FROM segue.rollouts WHERE id = ${fact.id} AND version = ${fact.version} AND direction IS NULL`;
      if (rests.length === 0) throw new GivesWay();
      began = performance.now();
    },
  };
}

async function isDue(target: Target, rolloutId: string, work: Mismatches, proof: string): Promise<boolean> {
  const name = quoteName(work.table);
  const [row] = await target.sql<{ due: boolean | null }[]>`
    SELECT (SELECT max(at) < clock_timestamp() - ${DUE_MS} * interval '1 millisecond'
        FROM segue.checks WHERE rollout_id = ${rolloutId} AND outcome = 'pass' AND proof = ${proof})
      AND EXISTS (SELECT FROM segue.moves WHERE rollout_id = ${rolloutId} AND ended_at > clock_timestamp() - ${KEPT_FOR}::interval)
      AND (SELECT coalesce(sum(pg_table_size(oid)), 0) <= ${LARGEST_BYTES}
        FROM (SELECT ${name}::regclass AS oid UNION SELECT relid FROM pg_partition_tree(${name}::regclass)) parts) AS due`;
  return row?.due === true;
}

async function readAgain(
  scope: CheckScope,
  fact: RolloutFact,
  work: Mismatches,
  proof: string,
): Promise<void> {
  const [clock] = await scope.target.sql<{ now: string }[]>`SELECT clock_timestamp()::text AS now`;
  const found = await countRows(scope, { ...work, mayBeRecent: undefined });
  // The sync was changed meanwhile: what it was then is nobody's to say.
  if (found.outcome === 'pass' && found.proof !== proof) return;
  await writeIntent(scope.target, async (tx) => {
    const still = await tx`
      SELECT 1 FROM segue.rollouts WHERE id = ${fact.id} AND version = ${fact.version} AND direction IS NULL FOR NO KEY UPDATE`;
    if (still.length === 0) return;
    await tx`
      UPDATE segue.checks SET at = ${clock?.now ?? ''}::text::timestamptz, outcome = ${found.outcome}, summary = ${found.summary},
        evidence = ${tx.json([...(found.evidence ?? [])])}, proof = ${found.proof ?? null}
      WHERE (rollout_id, phase, moment, check_id) = (
        SELECT rollout_id, phase, moment, check_id FROM segue.checks
        WHERE rollout_id = ${fact.id} AND outcome = 'pass' AND proof = ${proof} ORDER BY at DESC LIMIT 1)`;
  });
}
