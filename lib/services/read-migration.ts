import type { MigrationView } from '@/lib/views/migration-view';
import { isLong } from './reading/is-long';
import type { MigrationInput } from './reading/migration-input';
import { readOn } from './reading/read-on';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';

/**
 * Reads a migration file against a database as it is now: what the raw statements would do to it, what they become, what is
 * asked, and the plan where nothing is. Writes nothing and runs nothing of the file. `invalid_input` where it is empty, binary
 * or too large; a fault inside it is a finding. A long one is read in a process of its own, so that it keeps nobody waiting; called off
 * when `signal` says that nobody waits any more.
 */
export async function readMigrationFile(
  context: ServiceContext,
  { databaseId, signal, ...input }: { databaseId: string; signal?: AbortSignal } & MigrationInput,
): Promise<MigrationView> {
  const database = await requireDatabase(context.control, databaseId);
  return readOn(context, database, { kind: 'view', input }, { long: isLong(input.text), signal });
}
