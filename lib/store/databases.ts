import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { ControlQueries } from './control-db';
import { databases, rollouts, transitions } from './tables';
import type { StoredReport } from './tables/databases';

export type StoredDatabase = typeof databases.$inferSelect;
export type NewDatabase = typeof databases.$inferInsert;

/** Records a database; null when the name (whatever its case) is taken. */
export async function addDatabase(db: ControlQueries, row: NewDatabase): Promise<StoredDatabase | null> {
  const [added] = await db.insert(databases).values(row).onConflictDoNothing().returning();
  return added ?? null;
}

/** The databases that are there, by name. */
export function listDatabases(db: ControlQueries): Promise<StoredDatabase[]> {
  return db.select().from(databases).where(isNull(databases.removedAt)).orderBy(databases.name);
}

/** The databases that have a transition which is not ended. */
export function listDatabasesInUse(db: ControlQueries): Promise<StoredDatabase[]> {
  const inUse = db
    .select({ id: rollouts.databaseId })
    .from(rollouts)
    .innerJoin(transitions, eq(transitions.id, rollouts.transitionId))
    .where(sql`${transitions.state} in ('draft', 'open')`);
  return db
    .select()
    .from(databases)
    .where(and(isNull(databases.removedAt), inArray(databases.id, inUse)));
}

/** A database, a removed one too; null when unknown. */
export async function findDatabase(db: ControlQueries, id: string): Promise<StoredDatabase | null> {
  const [found] = await db.select().from(databases).where(eq(databases.id, id)).limit(1);
  return found ?? null;
}

/** Changes a database's columns; `name_taken` when another one bears the name. */
export async function updateDatabase(
  db: ControlQueries,
  id: string,
  changes: Partial<NewDatabase>,
): Promise<StoredDatabase | 'name_taken'> {
  if (changes.name !== undefined) {
    const others = await db
      .select({ id: databases.id })
      .from(databases)
      .where(
        and(
          sql`lower(${databases.name}) = lower(${changes.name})`,
          isNull(databases.removedAt),
          ne(databases.id, id),
        ),
      );
    if (others.length > 0) return 'name_taken';
  }
  const [row] = await db
    .update(databases)
    .set({ ...changes, version: sql`${databases.version} + 1` })
    .where(eq(databases.id, id))
    .returning();
  return row ?? 'name_taken';
}

/** Stores what a connection test found. */
export async function recordReport(
  db: ControlQueries,
  id: string,
  result: { readonly report: StoredReport } | { readonly unreachable: string },
): Promise<StoredDatabase | null> {
  const [row] = await db
    .update(databases)
    .set({
      ...('report' in result
        ? { report: result.report, unreachable: null }
        : { unreachable: result.unreachable }),
      checkedAt: new Date(),
      version: sql`${databases.version} + 1`,
    })
    .where(eq(databases.id, id))
    .returning();
  return row ?? null;
}

/** Names of the transitions that are not ended on a database. */
export async function openTransitionNames(db: ControlQueries, databaseId: string): Promise<string[]> {
  const rows = await db
    .select({ name: transitions.name })
    .from(rollouts)
    .innerJoin(transitions, eq(transitions.id, rollouts.transitionId))
    .where(and(eq(rollouts.databaseId, databaseId), sql`${transitions.state} in ('draft', 'open')`));
  return rows.map((row) => row.name);
}

/** Takes a database off the list and forgets its URL; the row stays for the history. */
export async function removeDatabase(db: ControlQueries, id: string): Promise<void> {
  await db
    .update(databases)
    .set({ removedAt: new Date(), secretUrl: null, version: sql`${databases.version} + 1` })
    .where(and(eq(databases.id, id), isNull(databases.removedAt)));
}
