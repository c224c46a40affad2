import type { CheckMoment, CheckResult } from '@/lib/core/check-result';
import { SegueError } from '@/lib/core/errors';
import type { CheckSpec, Phase } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { reopenBackfills } from '../backfill/reopen-backfills';
import type { MoveContext } from '../move-context';
import { fenced, openMove } from '../move-state';
import { runPreflight } from '../preflight/run-preflight';
import type { RolloutRow } from '../rollout-row';
import { sqlStateOf } from '../target';
import { type CheckScope, runCheck, saveCheck } from './run-check';

/** undefined_column, undefined_table, undefined_function */
const NOT_THERE = new Set(['42703', '42P01', '42883']);

/**
 * Answers the checks of one moment of a phase and keeps the answers. Throws for a failed one, and for one that a person must
 * accept. In a phase that is `halfDone`, what a check looks at may not be there yet: nothing can be lost by it then.
 */
export async function runChecks(
  context: MoveContext,
  row: RolloutRow,
  phase: Phase,
  checks: readonly CheckSpec[],
  moment: CheckMoment,
  halfDone = false,
): Promise<void> {
  const move = await openMove(context.lease);
  const scope: CheckScope = {
    target: context.lease.session,
    rolloutId: row.id,
    transition: row.name,
    waivesRetention: move.waivesRetention,
    checkpoint: context.checkpoint,
  };
  const results: CheckResult[] = [];
  const failed: CheckSpec[] = [];
  for (const spec of checks) {
    await context.checkpoint();
    const answer = await runCheck(scope, spec, phase.number, moment).catch((error: unknown) => {
      if (halfDone && NOT_THERE.has(sqlStateOf(error) ?? '')) return null;
      throw error;
    });
    if (answer === null) continue;
    const { result: found, proof } = answer;
    const result = {
      ...found,
      acknowledged:
        found.outcome === 'inconclusive' && move.acknowledged.some((id) => id === spec.id || id === '*'),
    };
    await fenced(context.lease, (tx) => saveCheck(tx, row.id, result, proof));
    await context.emit({ type: 'check', check: result });
    results.push(result);
    if (result.outcome === 'fail') failed.push(spec);
  }
  const closes = moment === 'watch' || moment === 'exit';
  refuseFailed(results, moment, closes && (await reopenBackfills(context, phase, failed)));
}

function refuseFailed(results: readonly CheckResult[], moment: CheckMoment, copiesAgain = false): void {
  const failed = results.filter((result) => result.outcome === 'fail');
  const open = results.filter((result) => result.outcome === 'inconclusive' && !result.acknowledged);
  const [first] = failed.length > 0 ? failed : open;
  if (first === undefined) return;
  const code =
    failed.length > 0 ? 'check_failed' : moment === 'rollback' ? 'would_lose_values' : 'check_inconclusive';
  throw new SegueError(
    code,
    `The check “${first.title}” ${failed.length > 0 ? 'failed' : 'needs a person'}: ${first.summary}`,
    {
      object: first.id,
      next:
        failed.length > 0
          ? `Mend what the check found, then try again${copiesAgain ? ': the rows are copied once more' : ''}.`
          : 'Look at the evidence; go on only if you accept it.',
      evidence: {
        checks: (failed.length > 0 ? failed : open).map((result) => ({
          id: result.id,
          title: result.title,
          summary: result.summary,
          evidence: result.evidence,
        })),
      },
    },
  );
}

/** What stands outside the plan is asked before the first step; see {@link runPreflight}. The answers are kept like a check's. */
export async function checkPreflight(
  context: MoveContext,
  row: RolloutRow,
  phase: Phase,
  direction: Direction,
): Promise<void> {
  const move = await openMove(context.lease);
  const found = await runPreflight(context.lease.session, {
    rolloutId: row.id,
    plan: row.plan,
    phase,
    direction,
  });
  const results = found.map((result) => ({
    ...result,
    acknowledged:
      result.outcome === 'inconclusive' && move.acknowledged.some((id) => id === result.id || id === '*'),
  }));
  await fenced(context.lease, async (tx) => {
    // Answers of an earlier start would stand beside those of this one.
    await tx`DELETE FROM segue.checks WHERE rollout_id = ${row.id} AND phase = ${phase.number} AND starts_with(check_id, 'preflight.')`;
    for (const result of results) await saveCheck(tx, row.id, result);
  });
  for (const check of results) await context.emit({ type: 'check', check });
  refuseFailed(results, 'entry');
}
