import type postgres from 'postgres';
import { blockersAsEvidence } from '@/lib/core/blocker';
import type { CheckMoment, CheckResult } from '@/lib/core/check-result';
import type { CheckSpec, CheckWork } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import type { Target } from '../target';
import { checkCatalog } from './catalog-checks';
import { checkUsage } from './column-usage';
import { checkDuplicates } from './duplicates';
import { checkExceptions } from './exceptions';
import { longestTransactions } from './long-transactions';
import { checkRecord } from './migration-record';
import { countRows } from './row-checks';

/** What a check found, before it is tied to its phase and moment. */
export interface Finding {
  readonly outcome: CheckResult['outcome'];
  readonly summary: string;
  readonly evidence?: CheckResult['evidence'];
  /** Of a comparison: what the sync was, as long as it is unchanged. */
  readonly proof?: string | null;
}

/** What a check may look at. */
export interface CheckScope {
  readonly target: Target;
  readonly rolloutId: string;
  readonly transition: string;
  readonly waivesRetention: boolean;
  /** Between two chunks of long work: throws when the move must stop. */
  readonly checkpoint: () => Promise<void>;
  /** Blocks of a table that one statement reads. @default 512 MB */
  readonly chunkBlocks?: number;
}

const LONG_TRANSACTION_SECONDS = 30;

/** Answers one check. Reads only. */
export async function runCheck(
  scope: CheckScope,
  spec: CheckSpec,
  phase: number,
  moment: CheckMoment,
): Promise<{ readonly result: CheckResult; readonly proof: string | null }> {
  const found = await answer(scope, spec.work);
  const result: CheckResult = {
    id: spec.id,
    title: spec.title,
    moment,
    phase,
    outcome: found.outcome,
    summary: found.summary,
    evidence: found.evidence ?? [],
    acknowledged: false,
    at: new Date().toISOString(),
  };
  return { result, proof: found.proof ?? null };
}

async function answer(scope: CheckScope, work: CheckWork): Promise<Finding> {
  switch (work.kind) {
    case 'mismatches':
    case 'violations':
    case 'null_rows':
    case 'round_trip':
      return countRows(scope, work);
    case 'indexes_valid':
    case 'constraints_validated':
    case 'sync_in_place':
    case 'function_bodies':
    case 'dependents':
    case 'table_dependents':
    case 'type_unused':
    case 'index_usage':
    case 'retention':
      return checkCatalog(scope, work);
    case 'duplicates':
      return checkDuplicates(scope, work);
    case 'column_usage':
      return checkUsage(scope, work);
    case 'exceptions':
      return checkExceptions(scope, work);
    case 'migration_record':
      return checkRecord(scope, work);
    case 'long_transactions':
      return checkLongTransactions(scope, work.tables);
  }
}

async function checkLongTransactions(scope: CheckScope, tables: readonly RelationName[]): Promise<Finding> {
  const holders = await longestTransactions(scope.target, tables);
  const old = holders.filter((holder) => (holder.ageSeconds ?? 0) >= LONG_TRANSACTION_SECONDS);
  const [first] = old;
  if (first !== undefined) {
    const who = old.length === 1 ? 'A transaction' : `${old.length} transactions`;
    return {
      outcome: 'fail',
      summary: `${who} older than ${LONG_TRANSACTION_SECONDS} seconds would be in the way: pid ${first.pid} of ${first.user}, ${Math.round(first.ageSeconds ?? 0)} s.`,
      evidence: blockersAsEvidence(old),
    };
  }
  const hidden = holders.filter((holder) => holder.ageSeconds === null).length;
  const unseen =
    hidden === 0
      ? ''
      : ` The age of ${hidden} more is not shown to this role, which lacks pg_read_all_stats.`;
  return {
    outcome: 'pass',
    summary: `No transaction older than ${LONG_TRANSACTION_SECONDS} seconds is seen to hold a lock.${unseen}`,
  };
}

/** Keeps the latest answer of each check in the target, with the time there: how old it is, is measured by that clock. */
export async function saveCheck(
  sql: postgres.TransactionSql,
  rolloutId: string,
  result: CheckResult,
  proof: string | null = null,
): Promise<void> {
  await sql`
    INSERT INTO segue.checks (rollout_id, check_id, phase, moment, title, outcome, summary, evidence, acknowledged, at, proof)
    VALUES (${rolloutId}, ${result.id}, ${result.phase}, ${result.moment}, ${result.title}, ${result.outcome}, ${result.summary}, ${sql.json([...result.evidence])}, ${result.acknowledged}, clock_timestamp(), ${proof})
    ON CONFLICT (rollout_id, phase, moment, check_id) DO UPDATE SET title = EXCLUDED.title, outcome = EXCLUDED.outcome, summary = EXCLUDED.summary,
      evidence = EXCLUDED.evidence, acknowledged = EXCLUDED.acknowledged, at = EXCLUDED.at, proof = EXCLUDED.proof`;
}
