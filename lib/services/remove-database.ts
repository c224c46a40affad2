import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { recordAct } from '@/lib/store/acts';
import * as store from '@/lib/store/databases';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';

/**
 * Takes a database off the list and forgets its URL; nothing in it is touched. Refused (`not_allowed`) while one of its
 * transitions is not ended, and for the sandbox, which is removed as a whole.
 */
export async function removeDatabase(
  context: ServiceContext,
  actor: Actor,
  input: { id: string },
): Promise<void> {
  const database = await requireDatabase(context.control, input.id);
  if (database.sandbox) {
    throw new SegueError(
      'not_allowed',
      'The sandbox is not taken off the list alone: its database would stay.',
      {
        object: database.name,
        next: 'Use "Remove sandbox".',
      },
    );
  }
  await context.control.transaction(async (tx) => {
    const open = await store.openTransitionNames(tx, database.id);
    if (open.length > 0) {
      throw new SegueError(
        'not_allowed',
        `"${database.name}" has transitions that are not ended: ${open.map((name) => `"${name}"`).join(', ')}.`,
        { object: database.name, next: 'Finish or abandon them first.' },
      );
    }
    await store.removeDatabase(tx, database.id);
    await recordAct(tx, { actor, action: 'remove_database', object: database.name, databaseId: database.id });
  });
  await context.targets.forget(database.id);
}
