import { and, eq, isNull, lt, lte, ne, or, sql } from 'drizzle-orm';
import type { Plan } from '@/lib/core/plan';
import type { RolloutFact, RolloutSettings } from '@/lib/core/rollout';
import type { ControlQueries } from './control-db';
import { rollouts, transitions } from './tables';
import type { CachedProgress } from './tables/rollouts';

/**
 * Copies a fact for the lists, never an older one over a newer, and moves the transition's state along. The plan comes with
 * it where the target's is another one (a headless rollout planned anew). `settles`: a person has seen that the target was restored and goes
 * on from there, so that its fact counts though it is older. May be called often.
 */
export async function cacheFact(
  db: ControlQueries,
  rolloutId: string,
  fact: RolloutFact,
  progress: CachedProgress | null,
  options: { readonly settles?: boolean } = {},
): Promise<void> {
  const { plan, ...rest } = fact;
  const [row] = await db
    .update(rollouts)
    .set({
      fact: rest,
      ...(progress === null ? {} : { progress }),
      ...(options.settles === true ? { progress: sql`${rollouts.progress} - 'restored'` } : {}),
      targetRolloutId: fact.id,
      factAt: new Date(),
      ...(fact.position > 0 || fact.direction !== null ? { plan, planDigest: plan.digest } : {}),
    })
    .where(
      and(
        eq(rollouts.id, rolloutId),
        options.settles === true
          ? undefined
          : or(isNull(rollouts.fact), lte(sql`(${rollouts.fact} ->> 'version')::bigint`, fact.version)),
      ),
    )
    .returning({ transitionId: rollouts.transitionId });
  if (row === undefined) return;
  const state =
    fact.ended ?? (fact.position > 0 || fact.direction !== null ? ('open' as const) : ('draft' as const));
  const changedAt = new Date(fact.updatedAt);
  await db
    .update(transitions)
    .set({
      state,
      updatedAt: sql`greatest(${transitions.updatedAt}, ${changedAt.toISOString()}::timestamptz)`,
    })
    .where(
      and(
        eq(transitions.id, row.transitionId),
        or(ne(transitions.state, state), lt(transitions.updatedAt, changedAt)),
      ),
    );
}

/** Notes that the target says less than what was seen before. False: that is noted already. */
export async function markRestored(
  db: ControlQueries,
  rolloutId: string,
  fact: RolloutFact | null,
): Promise<boolean> {
  const { plan: _plan, ...rest } = fact ?? { plan: null };
  const restored = JSON.stringify({
    restored: { at: new Date().toISOString(), fact: fact === null ? null : rest },
  });
  const none = JSON.stringify({ backfill: null, passed: 0, failed: 0, inconclusive: 0 });
  const rows = await db
    .update(rollouts)
    .set({ progress: sql`coalesce(${rollouts.progress}, ${none}::jsonb) || ${restored}::jsonb` })
    .where(
      and(
        eq(rollouts.id, rolloutId),
        // In brackets: drizzle's `and` puts none around a text, and every other rollout would be meant too.
        sql`(${rollouts.progress} #> '{restored,fact,version}' IS DISTINCT FROM ${fact === null ? null : String(fact.version)}::jsonb OR ${rollouts.progress} -> 'restored' IS NULL)`,
      ),
    )
    .returning({ id: rollouts.id });
  return rows.length > 0;
}

/** Our rollout of a target's id; null when it is not known here. */
export async function findRolloutByTarget(
  db: ControlQueries,
  databaseId: string,
  targetRolloutId: string,
): Promise<typeof rollouts.$inferSelect | null> {
  const [row] = await db
    .select()
    .from(rollouts)
    .where(
      and(
        eq(rollouts.databaseId, databaseId),
        // One of ours carries our id into the target, and is found by it before its first fact is copied.
        or(eq(rollouts.targetRolloutId, targetRolloutId), eq(sql`${rollouts.id}::text`, targetRolloutId)),
      ),
    )
    .limit(1);
  return row ?? null;
}

/** Puts another plan in the place of a draft's. */
export async function replacePlan(db: ControlQueries, rolloutId: string, plan: Plan): Promise<void> {
  await db
    .update(rollouts)
    .set({ plan, planDigest: plan.digest, version: sql`${rollouts.version} + 1` })
    .where(eq(rollouts.id, rolloutId));
}

/** Keeps the settings of a rollout that has not moved yet. */
export async function storeSettings(
  db: ControlQueries,
  rolloutId: string,
  settings: Partial<RolloutSettings>,
): Promise<void> {
  await db.update(rollouts).set({ settings }).where(eq(rollouts.id, rolloutId));
}
