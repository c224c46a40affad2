import type { RolloutFact } from '@/lib/core/rollout';
import { readHolds } from '@/lib/engine/holds';
import { readProgress } from '@/lib/engine/read-progress';
import type { Target } from '@/lib/engine/target';
import type { CachedProgress } from '@/lib/store/tables/rollouts';
import { backfillShare, backfillViews } from '@/lib/views/backfill-progress';
import type { Progress } from './read-rollout';

/** What the list shows of a rollout's progress, read from its target. */
export async function readSummary(target: Target, fact: RolloutFact): Promise<CachedProgress> {
  const progress = await readProgress(target, fact.id);
  const [hold] = fact.activity === 'held' ? await readHolds(target, fact.id) : [];
  return { ...progressSummary(fact, progress), ...(hold === undefined ? {} : { hold: hold.message }) };
}

function progressSummary(fact: RolloutFact, progress: Progress): CachedProgress {
  // What a person has let go on waits for nobody.
  const count = (outcome: string) =>
    progress.checks.filter((check) => check.outcome === outcome && !check.acknowledged).length;
  return {
    backfill: backfillShare(backfillViews(fact.plan, fact, progress.backfills), fact.movingPhase),
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
  };
}
