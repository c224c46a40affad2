import { z } from 'zod';
import { MAX_MIGRATION_BYTES } from '@/lib/core/migration-text';
import { orderMigrations } from '@/lib/planner/migration-folder/order-migrations';
import { teamFolder } from '@/lib/planner/migration-folder/team-folder';
import type { FolderView } from '@/lib/views/folder-view';

/** A folder that lies elsewhere: the paths of its files, and the text of those that say something about the others. */
export const folderInput = z.strictObject({
  name: z.string().min(1).max(255),
  paths: z.array(z.string().max(1000)).max(20_000),
  control: z.record(z.string().max(100), z.string().max(MAX_MIGRATION_BYTES)),
});

/** The migrations of a folder in the order of their tool. Pure. Throws `invalid_input` where that order is not true, or they are no SQL. */
export function orderFolder({ name, paths, control }: z.output<typeof folderInput>): FolderView {
  const folder = orderMigrations({ shown: name, paths, control });
  const team = teamFolder(folder);
  return {
    tool: folder.tool,
    team: team?.tool ?? null,
    files: folder.files.map(({ path, tag }, index) => ({
      path,
      tag,
      when: team?.entries[index]?.when ?? null,
    })),
  };
}
