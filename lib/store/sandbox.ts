import { eq, sql } from 'drizzle-orm';
import type { ControlDb, ControlQueries } from './control-db';
import { databases, settings } from './tables';

const KEY = 'sandbox';

/** What is stored of the sandbox, as JSON; undefined when there is none. */
export async function findSandbox(db: ControlQueries): Promise<unknown> {
  const [row] = await db.select().from(settings).where(eq(settings.key, KEY)).limit(1);
  return row?.value;
}

/** Stores the first record; false when there is one already. */
export async function claimSandbox(db: ControlQueries, value: unknown): Promise<boolean> {
  const rows = await db
    .insert(settings)
    .values({ key: KEY, value })
    .onConflictDoNothing()
    .returning({ key: settings.key });
  return rows.length > 0;
}

/** Changes some fields of the record; false when there is none. */
export async function changeSandbox(
  db: ControlQueries,
  changes: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const rows = await db
    .update(settings)
    .set({ value: sql`${settings.value} || ${JSON.stringify(changes)}::jsonb`, updatedAt: new Date() })
    .where(eq(settings.key, KEY))
    .returning({ key: settings.key });
  return rows.length > 0;
}

/** Forgets the sandbox. */
export async function deleteSandbox(db: ControlQueries): Promise<void> {
  await db.delete(settings).where(eq(settings.key, KEY));
}

/**
 * Runs `work` as the only one, of all processes on this control database, that makes or removes the sandbox. Null when
 * another one is at it; its lock ends with its connection, so a process that died holds nothing up.
 */
export async function withSandboxLock<T>(
  db: ControlDb,
  work: () => Promise<T>,
): Promise<{ readonly result: T } | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx.execute<{ mine: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtext('segue.sandbox')) as mine`,
    );
    return row?.mine === true ? { result: await work() } : null;
  });
}

/** Gives a database another URL: the embedded server may listen on another port after a restart. */
export async function moveDatabase(
  db: ControlQueries,
  id: string,
  url: { readonly secretUrl: string; readonly shownUrl: string },
): Promise<void> {
  await db
    .update(databases)
    .set({ ...url, version: sql`${databases.version} + 1` })
    .where(eq(databases.id, id));
}
