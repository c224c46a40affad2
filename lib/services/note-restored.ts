import type { RolloutFact } from '@/lib/core/rollout';
import { listRollouts } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { recordAct } from '@/lib/store/acts';
import type { StoredDatabase } from '@/lib/store/databases';
import { markRestored } from '@/lib/store/rollouts';
import { listTransitionsOf, type TransitionRecord } from '@/lib/store/transitions';
import { hasMoved } from './read-rollout';
import type { ServiceContext } from './service-context';
import { targetIdOf } from './target-id';

/**
 * Finds rollouts of which the target knows less than was seen here: it was restored to an earlier time, or a standby took over
 * that had not received everything. What the target says counts and nothing is written into it; the difference is noted for the
 * pages and in the activity. Returns their ids here. May be called often.
 */
export async function noteRestored(
  context: ServiceContext,
  database: StoredDatabase,
  target: Target,
): Promise<ReadonlySet<string>> {
  const noted = new Set<string>();
  const records = await listTransitionsOf(context.control, database.id);
  // Read after what was stored: what is older now was older then.
  const facts = await listRollouts(target);
  for (const record of records) {
    const { fact } = record.rollout;
    if (fact === null || !hasMoved(fact) || fact.ended !== null) continue;
    const id = targetIdOf(record.rollout);
    const now = facts.find((candidate) => candidate.id === id) ?? null;
    if (now !== null && now.version >= fact.version) continue;
    noted.add(record.rollout.id);
    if (await markRestored(context.control, record.rollout.id, now)) await recordIt(context, record, now);
  }
  return noted;
}

async function recordIt(
  context: ServiceContext,
  { transition, database, rollout }: TransitionRecord,
  now: RolloutFact | null,
): Promise<void> {
  await recordAct(context.control, {
    actor: null,
    action: 'restored',
    object: transition.name,
    transitionId: transition.id,
    databaseId: database.id,
    detail: { seen: rollout.fact?.position ?? null, now: now?.position ?? null },
  });
}
