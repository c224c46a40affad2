import { eq } from 'drizzle-orm';
import type { ControlQueries } from './control-db';
import { migrationSources } from './tables';

type StoredSource = typeof migrationSources.$inferSelect;
export type MigrationSource = Omit<StoredSource, 'transitionId'>;

/** The file that a transition came from; null where it came from none. */
export async function findMigrationSource(
  db: ControlQueries,
  transitionId: string,
): Promise<StoredSource | null> {
  const [found] = await db
    .select()
    .from(migrationSources)
    .where(eq(migrationSources.transitionId, transitionId))
    .limit(1);
  return found ?? null;
}

/** The name of that file, without its text. */
export async function findSourceName(db: ControlQueries, transitionId: string): Promise<string | null> {
  const [found] = await db
    .select({ fileName: migrationSources.fileName })
    .from(migrationSources)
    .where(eq(migrationSources.transitionId, transitionId))
    .limit(1);
  return found?.fileName ?? null;
}

/** Keeps the file that a transition came from in place of a former one; null: it comes from none any more. May be called twice. */
export async function keepMigrationSource(
  db: ControlQueries,
  transitionId: string,
  source: MigrationSource | null,
): Promise<void> {
  await db.delete(migrationSources).where(eq(migrationSources.transitionId, transitionId));
  if (source !== null) await db.insert(migrationSources).values({ transitionId, ...source });
}
