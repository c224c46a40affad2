import type { RolloutFact } from '@/lib/core/rollout';
import type { CachedProgress } from '@/lib/store/tables/rollouts';
import { backfillShare, backfillViews } from '@/lib/views/backfill-progress';
import type { Progress } from './read-rollout';

/** The counts that the list shows. Pure. */
export function progressSummary(fact: RolloutFact, progress: Progress): CachedProgress {
  const count = (outcome: string) => progress.checks.filter((check) => check.outcome === outcome).length;
  return {
    backfill: backfillShare(backfillViews(fact.plan, fact, progress.backfills)),
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
  };
}
