import { SegueError } from '@/lib/core/errors';
import { holdsProgram, nextForProgram } from '@/lib/core/migration-text';
import { readText } from './read-text';

/** Reads a migration file of the caller's. Throws `invalid_input` that names it where it cannot be read, or is a program. */
export async function readMigrationText(file: string, cwd: string): Promise<string> {
  const text = await readText(file, cwd);
  if (/\.[cm]?[jt]s$/i.test(file) || holdsProgram(text))
    throw new SegueError('invalid_input', `${file} is a program, not SQL.`, {
      object: file,
      next: nextForProgram(text),
    });
  return text;
}
