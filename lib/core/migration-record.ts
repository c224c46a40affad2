import { z } from 'zod';
import { tableName } from './table-name';

/** A tag is a file's or a folder's name: quoted in SQL, so nothing else is asked of it than that it can be one. */
export const migrationTag = z
  .string()
  .min(1)
  .max(255)
  .refine(
    (text) => !/[\p{Cc}$/\\]/u.test(text),
    'a migration’s name has no slashes, dollar signs or control characters',
  );
const when = z.number().int().nonnegative().nullable();

/**
 * A file of a team's own migrations that a transition stands for, and where their tool notes what has been run:
 * `drizzle` goes by the journal's `when`, `drizzle-folders` (1.0) and `prisma` by the folder's name.
 */
export const migrationRecordSchema = z.strictObject({
  tool: z.enum(['drizzle', 'drizzle-folders', 'prisma']),
  table: tableName,
  tag: migrationTag,
  /** sha256 of the file's bytes, hex: drizzle's `hash`, Prisma's `checksum`. */
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in hex has 64 digits'),
  /** drizzle's `created_at`, ms; null for Prisma. */
  when,
  /** Everything that comes before it in its folder, in order; null: nobody could look into the folder. */
  earlier: z.array(z.strictObject({ tag: migrationTag, when })).nullable(),
  /** Recorded even where the table is not there yet: it is made as the tool makes it. @default false */
  make: z.boolean().default(false),
});

export type MigrationRecord = z.output<typeof migrationRecordSchema>;
export type TeamTool = MigrationRecord['tool'];

/** One migration of a folder. */
export type MigrationEntry = NonNullable<MigrationRecord['earlier']>[number];

/** Where each tool keeps its table unless it is told otherwise. */
export const USUAL_JOURNAL = {
  drizzle: { schema: 'drizzle', name: '__drizzle_migrations' },
  'drizzle-folders': { schema: 'drizzle', name: '__drizzle_migrations' },
  prisma: { schema: 'public', name: '_prisma_migrations' },
} as const satisfies Record<TeamTool, MigrationRecord['table']>;

/** The file as people know it: "0042_full_name.sql", "20260101120000_full_name/migration.sql". */
export function recordedFile(record: Pick<MigrationRecord, 'tool' | 'tag'>): string {
  return record.tool === 'drizzle' ? `${record.tag}.sql` : `${record.tag}/migration.sql`;
}

/** "20260102030405_name" as drizzle 1.0 reads it: a time in UTC, in ms; null for a name without one. */
export function timeOfFolder(tag: string): number | null {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})/.exec(tag)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The command that runs what is pending, for sentences. */
export function teamCommand(tool: TeamTool): string {
  return tool === 'prisma' ? 'prisma migrate deploy' : 'drizzle-kit migrate';
}

/** A table of a tool's own that a file could be recorded in. */
export type JournalPlace = Pick<MigrationRecord, 'tool' | 'table'>;

/** What a person says of the file to be recorded: its checksum is that of its text. */
export const recordRequestSchema = migrationRecordSchema
  .pick({ tool: true, table: true, tag: true, when: true })
  .extend({
    /** Everything before it, where its folder came with it. @default not known */
    earlier: migrationRecordSchema.shape.earlier.optional(),
  });

export type RecordRequest = z.output<typeof recordRequestSchema>;

/** Id of the step that records the file, and of the checks around it. */
export const RECORD_STEP = '0.record';
