import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { recordAct } from '@/lib/store/acts';
import { forgetDatabase } from '@/lib/store/forget-database';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';

/**
 * Forgets the sandbox's database with its transitions, whatever they are doing; only the audit remembers. The caller drops
 * the database itself afterwards. Without an actor Segue itself does it. `not_allowed` for any other database.
 */
export async function removeSandboxDatabase(
  context: ServiceContext,
  actor: Actor | null,
  input: { id: string },
): Promise<void> {
  const database = await requireDatabase(context.control, input.id);
  if (!database.sandbox) {
    throw new SegueError('not_allowed', `"${database.name}" is no sandbox.`, {
      object: database.name,
      next: 'Remove it on the page of databases.',
    });
  }
  await context.targets.forget(database.id);
  await context.control.transaction(async (tx) => {
    await forgetDatabase(tx, database.id);
    await recordAct(tx, { actor, action: 'remove_database', object: database.name });
  });
}
