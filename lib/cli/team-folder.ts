import { access } from 'node:fs/promises';
import path from 'node:path';
import { type MigrationEntry, type TeamTool, timeOfFolder } from '@/lib/core/migration-record';
import { migrationFolder } from './migration-folder';

/** A folder of migrations whose tool keeps a journal in the database. */
export interface TeamFolder {
  readonly tool: TeamTool;
  /** In the order in which the tool runs them; `file` as people would write it. */
  readonly entries: readonly (MigrationEntry & { readonly file: string })[];
}

/**
 * The migrations of a folder whose tool has a journal of its own: drizzle-kit's or Prisma's. null for any other folder. Throws
 * `invalid_input` where the folder cannot be read or its tool's own order is broken.
 */
export async function readTeamFolder(folder: string, cwd: string): Promise<TeamFolder | null> {
  const { tool, files } = await migrationFolder(folder, cwd);
  if (tool !== 'drizzle' && tool !== 'prisma') return null;
  // Since 1.0 a migration of drizzle's is a folder, known by its name; before, its journal gives each file its time.
  const folders = tool === 'drizzle' && files.every((file) => path.basename(file.path) === 'migration.sql');
  return {
    tool: folders ? 'drizzle-folders' : tool,
    entries: files.map((file) => ({
      tag: file.tag,
      when: folders ? timeOfFolder(file.tag) : (file.when ?? null),
      file: file.path,
    })),
  };
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
