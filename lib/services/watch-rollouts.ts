import { SegueError } from '@/lib/core/errors';
import type { RolloutFact } from '@/lib/core/rollout';
import { keepFresh } from '@/lib/engine/checks/keep-fresh';
import { findRollout } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { watchRollout } from '@/lib/engine/watch-rollout';
import { cacheFact } from '@/lib/store/rollouts';
import { listTransitionsInUse, type TransitionRecord } from '@/lib/store/transitions';
import { logger } from './logger';
import { readSummary } from './progress-summary';
import { readRollout } from './read-rollout';
import type { ServiceContext } from './service-context';
import { targetIdOf } from './target-id';

/**
 * Looks at every rollout that rests between two phases, whether somebody has its page open or not: a schema that was changed
 * by hand (a sync trigger taken out, say) voids the approval and shows on the list, and so does a watch check that fails.
 * An unreachable target is passed over.
 */
export async function watchRollouts(context: ServiceContext): Promise<void> {
  for (const record of await listTransitionsInUse(context.control)) {
    if (record.rollout.fact !== null && record.rollout.fact.activity !== 'idle') continue;
    await readRollout(context, record, { progress: false, fresh: true });
    if (record.rollout.fact !== null) await watch(context, record);
  }
}

/**
 * Reads again, slowly, what the next click on a resting rollout rests on. Apart from watching: a large table takes minutes. An
 * unreachable target is passed over.
 */
export async function keepRolloutsFresh(context: ServiceContext): Promise<void> {
  for (const record of await listTransitionsInUse(context.control)) {
    if (record.rollout.fact?.activity !== 'idle') continue;
    await atTarget(context, record, (target, fact) => keepFresh(target, fact));
  }
}

async function watch(context: ServiceContext, record: TransitionRecord): Promise<void> {
  await atTarget(context, record, async (target, fact) => {
    const results = await watchRollout(target, fact);
    if (results.length === 0) return;
    // The fact's version is the same, so nobody else would copy the answers for the list.
    await cacheFact(context.control, record.rollout.id, fact, await readSummary(target, fact));
  });
}

async function atTarget(
  context: ServiceContext,
  record: TransitionRecord,
  work: (target: Target, fact: RolloutFact) => Promise<unknown>,
): Promise<void> {
  try {
    await context.targets.use(record.database, async (target) => {
      const fact = await findRollout(target, { id: targetIdOf(record.rollout) });
      if (fact !== null) await work(target, fact);
    });
  } catch (error) {
    if (!(error instanceof SegueError)) throw error;
    logger.debug({ err: error, transition: record.transition.name }, 'could not be watched');
  }
}
