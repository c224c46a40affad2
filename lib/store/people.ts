import { eq } from 'drizzle-orm';
import { SegueError } from '@/lib/core/errors';
import type { ControlQueries } from './control-db';
import { people } from './tables';

export type Person = typeof people.$inferSelect;

/** Records a person by the display name. Two people may share a name: they are told apart by id. */
export async function addPerson(db: ControlQueries, displayName: string): Promise<Person> {
  const [person] = await db.insert(people).values({ displayName }).returning();
  if (person === undefined) throw new SegueError('internal', 'The person was not recorded.');
  return person;
}

/** The person of an id, or null. */
export async function findPerson(db: ControlQueries, id: string): Promise<Person | null> {
  const [person] = await db.select().from(people).where(eq(people.id, id)).limit(1);
  return person ?? null;
}

/** The person of a display name who came first, made when missing: for callers that only give a name (API). */
export async function requirePersonByName(db: ControlQueries, displayName: string): Promise<Person> {
  const [person] = await db
    .select()
    .from(people)
    .where(eq(people.displayName, displayName))
    .orderBy(people.createdAt)
    .limit(1);
  return person ?? addPerson(db, displayName);
}
