/** Tools whose folders are known by their layout; `plain`: files in the order of their names. */
export type MigrationTool =
  | 'drizzle'
  | 'prisma'
  | 'sqitch'
  | 'flyway'
  | 'golang-migrate'
  | 'diesel'
  | 'plain';

/** One migration of a folder. Paths are relative to the folder, with forward slashes. */
export interface MigrationFile {
  readonly path: string;
  /** What the tool calls it: the file's or the folder's name without ending and direction. */
  readonly tag: string;
  /** The file that takes it back; null where there is none beside it. */
  readonly down: string | null;
  /** drizzle-kit's time of it, ms, by which drizzle's migrator tells what it has run. */
  readonly when?: number;
}

export interface MigrationFolder {
  readonly tool: MigrationTool;
  /** In the order in which the tool runs them. */
  readonly files: readonly MigrationFile[];
}

/** A folder, wherever it lies: its files' paths, and the text of those few that say something about the others. */
export interface FolderListing {
  /** As people know it, for messages. */
  readonly shown: string;
  readonly paths: readonly string[];
  /** Text of the control files (lib/core) that are there, by path. */
  readonly control: Readonly<Record<string, string>>;
}
