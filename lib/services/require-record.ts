import { SegueError } from '@/lib/core/errors';
import type { ControlQueries } from '@/lib/store/control-db';
import { findDatabase, type StoredDatabase } from '@/lib/store/databases';
import { findTransition, type TransitionRecord } from '@/lib/store/transitions';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The transition, or `not_found`. */
export async function requireTransition(db: ControlQueries, id: string): Promise<TransitionRecord> {
  const record = UUID.test(id) ? await findTransition(db, id) : null;
  if (record !== null) return record;
  throw new SegueError('not_found', `There is no transition "${id}".`, {
    object: id,
    next: 'Open the list of transitions.',
  });
}

/** The database, or `not_found`; a removed one counts as gone. */
export async function requireDatabase(db: ControlQueries, id: string): Promise<StoredDatabase> {
  const database = UUID.test(id) ? await findDatabase(db, id) : null;
  if (database !== null && database.removedAt === null) return database;
  throw new SegueError('not_found', `There is no database "${id}".`, {
    object: id,
    next: 'Open the list of databases.',
  });
}
