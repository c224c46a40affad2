import { desc, eq } from 'drizzle-orm';
import type { Actor } from '@/lib/core/available-actions';
import type { ControlQueries } from './control-db';
import { acts, databases, people, transitions } from './tables';

export interface NewAct {
  readonly actor: Actor | null;
  readonly action: string;
  readonly object: string;
  readonly transitionId?: string;
  readonly databaseId?: string;
  readonly detail?: Record<string, unknown>;
}

export interface StoredAct {
  readonly id: number;
  readonly at: Date;
  readonly actor: string | null;
  readonly via: Actor['via'];
  readonly action: string;
  readonly object: string;
  readonly transitionId: string | null;
  readonly databaseId: string | null;
  readonly detail: Record<string, unknown>;
}

/** Writes one line of the audit. */
export async function recordAct(db: ControlQueries, act: NewAct): Promise<void> {
  await db.insert(acts).values({
    actorId: act.actor?.id ?? null,
    via: act.actor?.via ?? 'worker',
    action: act.action,
    object: act.object,
    transitionId: act.transitionId ?? null,
    databaseId: act.databaseId ?? null,
    detail: act.detail ?? {},
  });
}

const columns = {
  id: acts.id,
  at: acts.at,
  actor: people.displayName,
  via: acts.via,
  action: acts.action,
  object: acts.object,
  transitionId: acts.transitionId,
  databaseId: acts.databaseId,
  detail: acts.detail,
};

/** What was done to one transition, newest first. */
export function listActsOf(db: ControlQueries, transitionId: string, limit = 100): Promise<StoredAct[]> {
  return db
    .select(columns)
    .from(acts)
    .leftJoin(people, eq(people.id, acts.actorId))
    .where(eq(acts.transitionId, transitionId))
    .orderBy(desc(acts.id))
    .limit(limit);
}

/** The newest act of one kind, or null. */
export async function latestAct(db: ControlQueries, action: string): Promise<StoredAct | null> {
  const [act] = await db
    .select(columns)
    .from(acts)
    .leftJoin(people, eq(people.id, acts.actorId))
    .where(eq(acts.action, action))
    .orderBy(desc(acts.id))
    .limit(1);
  return act ?? null;
}

/** What was done at all, newest first, with the transition's and the database's present names. */
export function listActs(db: ControlQueries, limit: number) {
  return db
    .select({ ...columns, transition: transitions.name, database: databases.name })
    .from(acts)
    .leftJoin(people, eq(people.id, acts.actorId))
    .leftJoin(transitions, eq(transitions.id, acts.transitionId))
    .leftJoin(databases, eq(databases.id, acts.databaseId))
    .orderBy(desc(acts.id))
    .limit(limit);
}
