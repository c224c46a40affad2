import type { CheckResult } from '@/lib/core/check-result';
import type { Phase, Plan } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { readBlockers } from '../blockers';
import { blocksAnybody } from '../lock-ladder';
import { type Target, targetError } from '../target';
import { diskForecast } from './disk-forecast';
import { invalidIndexes } from './invalid-indexes';
import { nameCollisions } from './name-collisions';
import { oldSnapshots } from './old-snapshots';
import { preparedTransactions } from './prepared-transactions';
import { publications } from './publications';
import type { PreflightQuestion } from './question';
import { replicaLag, retainedWal } from './replication';
import { subscriptions } from './subscriptions';
import { waitingQueue } from './waiting-queue';
import { wraparoundVacuum } from './wraparound-vacuum';

/** Before a strong lock. Long transactions are a check of the plan itself. */
const BEFORE_LOCKS: readonly PreflightQuestion[] = [preparedTransactions, wraparoundVacuum, waitingQueue];

/** Before any phase; each knows whether it arises. */
const ALWAYS: readonly PreflightQuestion[] = [
  publications,
  subscriptions,
  nameCollisions,
  oldSnapshots,
  invalidIndexes,
  replicaLag,
  retainedWal,
  diskForecast,
];

/**
 * What the phase will meet outside the plan, going that way: who holds the tables, old snapshots, replicas, slots, names, room. Reads
 * only; asked for the page before the click, and again when the phase starts. `fail` stops it, `inconclusive` asks a
 * person, `warning` is for the eye.
 */
export async function runPreflight(
  target: Target,
  input: {
    readonly rolloutId: string;
    readonly plan: Plan;
    readonly phase: Phase;
    readonly direction: Direction;
  },
): Promise<CheckResult[]> {
  const { phase, plan, direction } = input;
  try {
    const strong = phase.steps.some((step) =>
      blocksAnybody(direction === 'forward' ? step.locks : step.undoLocks),
    );
    const blockers = strong
      ? await readBlockers(target, { tables: plan.claims, rolloutId: input.rolloutId })
      : [];
    const questions = strong ? [...BEFORE_LOCKS, ...ALWAYS] : ALWAYS;
    const found = await Promise.all(
      questions.map(async (question) => ({
        question,
        finding: await question.ask({ ...input, target, blockers }),
      })),
    );
    const at = new Date().toISOString();
    return found.flatMap(({ question, finding }) =>
      finding === null
        ? []
        : [
            {
              id: question.id,
              title: question.title,
              moment: direction === 'forward' ? ('entry' as const) : ('rollback' as const),
              phase: phase.number,
              outcome: finding.outcome,
              summary: finding.summary,
              evidence: finding.evidence ?? [],
              acknowledged: false,
              at,
            },
          ],
    );
  } catch (error) {
    throw targetError(error, target);
  }
}
