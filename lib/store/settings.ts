import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { ControlQueries } from './control-db';
import { settings } from './tables';

/** Reads a value, or stores `fallback` and returns what is stored then (another process may have been faster). */
async function readOrStore(db: ControlQueries, key: string, fallback: () => unknown): Promise<unknown> {
  const find = () => db.select().from(settings).where(eq(settings.key, key)).limit(1);
  const [found] = await find();
  if (found !== undefined) return found.value;
  await db.insert(settings).values({ key, value: fallback() }).onConflictDoNothing();
  const [stored] = await find();
  return stored?.value;
}

/** This installation's id: what targets record as the driver of a rollout. Made once. */
export async function instanceId(db: ControlQueries): Promise<string> {
  return String(await readOrStore(db, 'instance_id', () => randomUUID()));
}

/** Id of the key that was in use first; the caller warns where it is another one now. */
export async function firstKeyId(db: ControlQueries, current: string): Promise<string> {
  return String(await readOrStore(db, 'key_id', () => current));
}
