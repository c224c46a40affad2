import { type MigrationEntry, type TeamTool, timeOfFolder } from '@/lib/core/migration-record';
import type { MigrationFolder } from './migration-file';

/** A folder of migrations whose tool keeps a journal in the database. */
export interface TeamFolder {
  readonly tool: TeamTool;
  /** In the order in which the tool runs them; `file` as the folder's listing names it. */
  readonly entries: readonly (MigrationEntry & { readonly file: string })[];
}

/** The migrations of a folder of drizzle-kit's or Prisma's, as their journal knows them; null for any other folder. Pure. */
export function teamFolder({ tool, files }: MigrationFolder): TeamFolder | null {
  if (tool !== 'drizzle' && tool !== 'prisma') return null;
  // Since 1.0 a migration of drizzle's is a folder, known by its name; before, its journal gives each file its time.
  const folders = tool === 'drizzle' && files.every(({ path }) => /(^|[/\\])migration\.sql$/.test(path));
  return {
    tool: folders ? 'drizzle-folders' : tool,
    entries: files.map((file) => ({
      tag: file.tag,
      when: folders ? timeOfFolder(file.tag) : (file.when ?? null),
      file: file.path,
    })),
  };
}
