import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CONTROL_FILES } from '@/lib/core/control-files';
import { SegueError } from '@/lib/core/errors';
import type { MigrationFolder } from '@/lib/planner/migration-folder/migration-file';
import { orderMigrations } from '@/lib/planner/migration-folder/order-migrations';
import { readText } from './read-text';

/** Two levels are enough for every tool; what lies deeper is no migration. */
async function pathsIn(folder: string, shown: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const below = await Promise.all(
      entries
        .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
        .map(async ({ name }) =>
          (await readdir(path.join(folder, name), { withFileTypes: true }))
            .filter((entry) => entry.isFile())
            .map((entry) => `${name}/${entry.name}`),
        ),
    );
    return [...entries.filter((entry) => entry.isFile()).map(({ name }) => name), ...below.flat()];
  } catch (error) {
    throw new SegueError('invalid_input', `${shown} cannot be read as a folder.`, {
      object: shown,
      next: 'Check the path.',
      cause: error,
    });
  }
}

/**
 * The migrations of a folder in the order in which their tool runs them. Paths are below `cwd`, as people would write them. Throws
 * `invalid_input` where the folder, or what says the order, cannot be read.
 */
export async function migrationFolder(folder: string, cwd: string): Promise<MigrationFolder> {
  const full = path.resolve(cwd, folder);
  const paths = await pathsIn(full, folder);
  const control: Record<string, string> = {};
  for (const file of CONTROL_FILES) {
    const outside =
      file.startsWith('../') && (path.basename(full) !== 'deploy' || !(await exists(path.join(full, file))));
    if (outside || (!file.startsWith('../') && !paths.includes(file))) continue;
    control[file] = await readText(path.join(folder, file), cwd);
  }
  const { tool, files } = orderMigrations({ shown: folder, paths, control });
  const below = (file: string | null) => (file === null ? null : path.join(folder, file));
  return {
    tool,
    files: files.map((file) => ({ ...file, path: path.join(folder, file.path), down: below(file.down) })),
  };
}

const exists = async (file: string): Promise<boolean> =>
  readdir(path.dirname(file)).then(
    (names) => names.includes(path.basename(file)),
    () => false,
  );
