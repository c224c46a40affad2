import { listTransitionsInUse } from '@/lib/store/transitions';
import { readRollout } from './read-rollout';
import type { ServiceContext } from './service-context';

/**
 * Looks at every rollout that rests between two phases, whether somebody has its page open or not: a schema that was changed
 * by hand (a sync trigger taken out, say) voids the approval and shows on the list. An unreachable target is passed over.
 */
export async function watchRollouts(context: ServiceContext): Promise<void> {
  for (const record of await listTransitionsInUse(context.control)) {
    if (record.rollout.fact !== null && record.rollout.fact.activity !== 'idle') continue;
    await readRollout(context, record, { progress: false, fresh: true });
  }
}
