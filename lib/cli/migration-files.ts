import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';

/** drizzle-kit's journal: what drizzle's migrator goes by, whatever the files' names say. */
const journalSchema = z.object({ entries: z.array(z.object({ idx: z.number(), tag: z.string() })) });

async function namesIn(folder: string, shown: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw new SegueError('invalid_input', `${shown} cannot be read as a folder.`, {
      object: shown,
      next: 'Check the path.',
      cause: error,
    });
  }
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );

async function journalOrder(folder: string, shown: string): Promise<string[] | null> {
  const journal = path.join(folder, 'meta', '_journal.json');
  if (!(await isFile(journal))) return null;
  const parsed = journalSchema.safeParse(parseJson(await readFile(journal, 'utf8')));
  if (!parsed.success)
    throw new SegueError(
      'invalid_input',
      `${path.join(shown, 'meta/_journal.json')} is not drizzle-kit’s journal.`,
      {
        object: shown,
        next: 'Run drizzle-kit check.',
      },
    );
  const files = [...parsed.data.entries].sort((a, b) => a.idx - b.idx).map(({ tag }) => `${tag}.sql`);
  for (const file of files)
    if (!(await isFile(path.join(folder, file))))
      throw new SegueError(
        'invalid_input',
        `${path.join(shown, file)} stands in the journal and does not exist.`,
        {
          object: file,
          next: 'Run drizzle-kit check.',
        },
      );
  return files;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * The SQL files of a migrations folder in the order in which their tool runs them: drizzle-kit's by its journal, drizzle's newer and
 * Prisma's folders (migration.sql) and plain files by name. Files that take a change back (down.sql) are left out. Paths are
 * below `cwd` as people would write them. Throws `invalid_input` where the folder or the journal cannot be read.
 */
export async function migrationFiles(folder: string, cwd: string): Promise<string[]> {
  const full = path.resolve(cwd, folder);
  const names = (await journalOrder(full, folder)) ?? (await namesIn(full, folder));
  const files: string[] = [];
  for (const name of names) {
    if (/\.sql$/i.test(name)) {
      if (!/(^|[._-])(down|undo|rollback|revert)\.sql$/i.test(name)) files.push(path.join(folder, name));
    } else if (await isFile(path.join(full, name, 'migration.sql')))
      files.push(path.join(folder, name, 'migration.sql'));
  }
  return files;
}
