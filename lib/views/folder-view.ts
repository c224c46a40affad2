import type { MigrationEntry, TeamTool } from '@/lib/core/migration-record';
import type { MigrationTool } from '@/lib/planner/migration-folder/migration-file';

/** A folder of migrations, in the order in which its tool runs them. */
export interface FolderView {
  readonly tool: MigrationTool;
  /** The tool that notes in the database what has been run; null: none that is known. */
  readonly team: TeamTool | null;
  /** `path` below the folder, with forward slashes. */
  readonly files: readonly (MigrationEntry & { readonly path: string })[];
}
