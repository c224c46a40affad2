import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { TransitionSpec } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import type { ControlQueries } from './control-db';
import type { StoredDatabase } from './databases';
import { databases, people, rollouts, transitions } from './tables';

export type StoredTransition = typeof transitions.$inferSelect;
export type StoredRollout = typeof rollouts.$inferSelect;

/** A transition with its rollout and database: what nearly every use case begins with. */
export interface TransitionRecord {
  readonly transition: StoredTransition;
  readonly author: string | null;
  readonly rollout: StoredRollout;
  readonly database: StoredDatabase;
}

function selectRecords(db: ControlQueries) {
  return db
    .select({ transition: transitions, author: people.displayName, rollout: rollouts, database: databases })
    .from(transitions)
    .innerJoin(rollouts, eq(rollouts.transitionId, transitions.id))
    .innerJoin(databases, eq(databases.id, rollouts.databaseId))
    .leftJoin(people, eq(people.id, transitions.authorId));
}

/** One transition; null when unknown. */
export async function findTransition(db: ControlQueries, id: string): Promise<TransitionRecord | null> {
  const [record] = await selectRecords(db).where(eq(transitions.id, id)).limit(1);
  return record ?? null;
}

/** The transition of a rollout of ours; null when unknown. */
export async function findTransitionOfRollout(
  db: ControlQueries,
  rolloutId: string,
): Promise<TransitionRecord | null> {
  const [record] = await selectRecords(db).where(eq(rollouts.id, rolloutId)).limit(1);
  return record ?? null;
}

/** All transitions on databases that are there, last changed first. */
export function listTransitions(db: ControlQueries): Promise<TransitionRecord[]> {
  return selectRecords(db).where(isNull(databases.removedAt)).orderBy(desc(transitions.updatedAt));
}

/** The transitions that are not ended, on databases that are there. */
export function listTransitionsInUse(db: ControlQueries): Promise<TransitionRecord[]> {
  return selectRecords(db).where(
    and(inArray(transitions.state, ['draft', 'open']), isNull(databases.removedAt)),
  );
}

/** The transitions of one database, abandoned ones included. */
export function listTransitionsOf(db: ControlQueries, databaseId: string): Promise<TransitionRecord[]> {
  return selectRecords(db).where(eq(rollouts.databaseId, databaseId));
}

export interface NewTransition {
  readonly spec: TransitionSpec;
  readonly plan: Plan;
  readonly databaseId: string;
  readonly authorId: string | null;
  readonly state?: 'draft' | 'open' | 'done' | 'abandoned';
  readonly targetRolloutId?: string;
}

/** Records a transition and its rollout on one database. Call it in a transaction. */
export async function addTransition(
  db: ControlQueries,
  input: NewTransition,
): Promise<{ id: string; rolloutId: string } | null> {
  const [transition] = await db
    .insert(transitions)
    .values({
      name: input.spec.name,
      authorId: input.authorId,
      spec: input.spec,
      state: input.state ?? 'draft',
    })
    .returning({ id: transitions.id });
  if (transition === undefined) return null;
  const [rollout] = await db
    .insert(rollouts)
    .values({
      transitionId: transition.id,
      databaseId: input.databaseId,
      plan: input.plan,
      planDigest: input.plan.digest,
      targetRolloutId: input.targetRolloutId ?? null,
    })
    .returning({ id: rollouts.id });
  return rollout === undefined ? null : { id: transition.id, rolloutId: rollout.id };
}

/** Replaces a draft's operations and plan; false when somebody changed it since `version`. Call it in a transaction. */
export async function replaceDraft(
  db: ControlQueries,
  input: {
    readonly id: string;
    readonly rolloutId: string;
    readonly version: number;
    readonly spec: TransitionSpec;
    readonly plan: Plan;
    readonly databaseId: string;
  },
): Promise<boolean> {
  const changed = await db
    .update(transitions)
    .set({
      name: input.spec.name,
      spec: input.spec,
      version: sql`${transitions.version} + 1`,
      updatedAt: new Date(),
    })
    .where(and(eq(transitions.id, input.id), eq(transitions.version, input.version)))
    .returning({ id: transitions.id });
  if (changed.length === 0) return false;
  await db
    .update(rollouts)
    .set({
      plan: input.plan,
      planDigest: input.plan.digest,
      databaseId: input.databaseId,
      version: sql`${rollouts.version} + 1`,
    })
    .where(eq(rollouts.id, input.rolloutId));
  return true;
}

/** Moves a transition to another state; false when it is no longer at `version`. */
export async function setTransitionState(
  db: ControlQueries,
  input: {
    readonly id: string;
    readonly state: StoredTransition['state'];
    readonly version?: number;
  },
): Promise<boolean> {
  const changed = await db
    .update(transitions)
    .set({ state: input.state, version: sql`${transitions.version} + 1`, updatedAt: new Date() })
    .where(
      and(
        eq(transitions.id, input.id),
        input.version === undefined ? undefined : eq(transitions.version, input.version),
      ),
    )
    .returning({ id: transitions.id });
  return changed.length > 0;
}
