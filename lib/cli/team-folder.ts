import { access } from 'node:fs/promises';
import path from 'node:path';
import { type TeamFolder, teamFolder } from '@/lib/planner/migration-folder/team-folder';
import { migrationFolder } from './migration-folder';

/**
 * The migrations of a folder whose tool has a journal of its own: drizzle-kit's or Prisma's. null for any other folder. Throws
 * `invalid_input` where the folder cannot be read or its tool's own order is broken.
 */
export async function readTeamFolder(folder: string, cwd: string): Promise<TeamFolder | null> {
  return teamFolder(await migrationFolder(folder, cwd));
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** The folder of migrations that a file belongs to, known by what its tool leaves beside it; null where nothing tells. */
export async function folderOfFile(file: string, cwd: string): Promise<string | null> {
  const own = path.dirname(file);
  const inFolder = path.basename(file) === 'migration.sql';
  const folder = inFolder ? path.dirname(own) : own;
  const marks = inFolder
    ? [path.join(folder, 'migration_lock.toml'), path.join(own, 'snapshot.json')]
    : [path.join(folder, 'meta', '_journal.json')];
  for (const mark of marks) if (await exists(path.resolve(cwd, mark))) return folder;
  return null;
}
