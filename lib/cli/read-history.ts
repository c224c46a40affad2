import { SegueError } from '@/lib/core/errors';
import { applyStatement } from '@/lib/planner/memory-catalog/apply-statement';
import { emptyMemory, type Memory } from '@/lib/planner/memory-catalog/memory';
import { beginSession } from '@/lib/planner/memory-catalog/search-path';
import { readMigration } from '@/lib/sql/migration/read-migration';
import { migrationFolder } from './migration-folder';
import { readMigrationText } from './read-migration-text';

/** Without a server nothing says which one it will be: the newest, whose rules are the strictest about names. */
export const ASSUMED_MAJOR = 18;

/** The database as the migration files of a folder make it, from nothing, up to the first for which `stop` holds. */
export async function readHistory(
  folder: string,
  cwd: string,
  stop: (file: string) => boolean = () => false,
): Promise<Memory> {
  const memory = emptyMemory(ASSUMED_MAJOR);
  await applyHistory(memory, folder, cwd, stop);
  return memory;
}

/**
 * Applies the migration files of a folder, up to the first for which `stop` holds. Throws `invalid_input` where one of them is not
 * valid SQL: what comes after it could not be known.
 */
export async function applyHistory(
  memory: Memory,
  folder: string,
  cwd: string,
  stop: (file: string) => boolean,
): Promise<void> {
  for (const { path: file } of (await migrationFolder(folder, cwd)).files) {
    if (stop(file)) return;
    beginSession(memory);
    for (const item of readMigration(await readMigrationText(file, cwd)).items) {
      if (item.type === 'statement') applyStatement(memory, item);
      else if (item.problem === 'syntax')
        throw new SegueError('invalid_input', `${file}:${item.line}:${item.column} ${item.message}.`, {
          object: file,
          next: 'Correct it: the schema after it cannot be known.',
        });
    }
  }
}
