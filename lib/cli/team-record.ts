import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SegueError } from '@/lib/core/errors';
import { type MigrationRecord, USUAL_JOURNAL } from '@/lib/core/migration-record';
import type { TransitionSpec } from '@/lib/core/operation';
import type { TeamFolder } from '@/lib/planner/migration-folder/team-folder';
import { folderOfFile, readTeamFolder } from './team-folder';

export interface RecordOptions {
  /** The migration file that the transition stands for, where it is planned from another one. */
  readonly record?: string;
  readonly 'no-record'?: boolean;
  /** "schema.table" of the journal. @default where the tool keeps it */
  readonly journal?: string;
}

/** `--journal schema.table`. Throws `invalid_input`. */
export function journalTable(
  folder: Pick<TeamFolder, 'tool'>,
  journal: string | undefined,
): MigrationRecord['table'] {
  if (journal === undefined) return USUAL_JOURNAL[folder.tool];
  const [schema, name, more] = journal.split('.');
  if (schema && name && more === undefined) return { schema, name };
  throw new SegueError('invalid_input', `--journal ${journal} is not schema.table.`, {
    object: '--journal',
    next: 'Give it as drizzle.__drizzle_migrations.',
  });
}

/** What the command line says of a record; null: nothing, so that an operations file's own holds. */
export type TeamRecord = MigrationRecord | 'none' | null;

/**
 * The team's migration file that a transition stands for: `--record`, or the planned file itself where it lies in a folder of
 * drizzle-kit's or Prisma's. Throws `invalid_input` for a `--record` that is in no such folder.
 */
export async function teamRecordOf(file: string, options: RecordOptions, cwd: string): Promise<TeamRecord> {
  if (options['no-record'] === true) return 'none';
  const asked = options.record;
  if (asked === undefined && !/\.sql$/i.test(file)) return null;
  const record = await recordOf(asked ?? file, cwd, options.journal, asked !== undefined);
  if (record !== null || asked === undefined) return record;
  throw new SegueError('invalid_input', `${asked} is in no migrations folder of drizzle-kit’s or Prisma’s.`, {
    object: asked,
    next: 'Name a file of the folder that has meta/_journal.json, snapshot.json or migration_lock.toml.',
  });
}

/** The transition with its record. */
export function recording(spec: TransitionSpec, record: TeamRecord): TransitionSpec {
  if (record === null) return spec;
  const { record: _, ...rest } = spec;
  return record === 'none' ? rest : { ...rest, record };
}

async function recordOf(
  file: string,
  cwd: string,
  journal: string | undefined,
  make: boolean,
): Promise<MigrationRecord | null> {
  const full = path.resolve(cwd, file);
  const own = await folderOfFile(file, cwd);
  const folder = own === null ? null : await readTeamFolder(own, cwd);
  if (folder === null) return null;
  const place = folder.entries.findIndex((entry) => path.resolve(cwd, entry.file) === full);
  const entry = folder.entries[place];
  if (entry === undefined) return null;
  if (entry.when === null && folder.tool !== 'prisma')
    throw new SegueError('invalid_input', `${file} has no time in its journal: drizzle could not place it.`, {
      object: file,
      next: 'Run drizzle-kit check.',
    });
  return {
    tool: folder.tool,
    table: journalTable(folder, journal),
    tag: entry.tag,
    hash: createHash('sha256')
      .update(await readFile(full))
      .digest('hex'),
    when: entry.when,
    earlier: folder.entries.slice(0, place).map(({ tag, when }) => ({ tag, when })),
    make,
  };
}
