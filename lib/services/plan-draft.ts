import type { StoredDatabase } from '@/lib/store/databases';
import { parseTransitionFile } from './parse-transition-file';
import { planForDatabase } from './plan-for-database';
import { isLong } from './reading/is-long';
import type { PlannedDraft } from './reading/migration-draft';
import type { MigrationInput } from './reading/migration-input';
import { readOn } from './reading/read-on';
import type { ServiceContext } from './service-context';

/** What a draft is made of: operations, or a raw migration file with its answers. */
export type DraftSource = { readonly file: unknown } | { readonly migration: MigrationInput };

/**
 * The operations of a draft, their plan, and what is kept of a migration file. Refuses, with `evidence.fields` where a field
 * is wrong, what cannot be planned, and a file with an open question or a refused statement.
 */
export async function planDraft(
  context: ServiceContext,
  database: StoredDatabase,
  input: DraftSource,
): Promise<PlannedDraft> {
  if ('file' in input) {
    const spec = parseTransitionFile(input.file);
    return { spec, plan: await planForDatabase(context, database, spec), source: null };
  }
  const { migration } = input;
  return readOn(context, database, { kind: 'draft', input: migration }, { long: isLong(migration.text) });
}
