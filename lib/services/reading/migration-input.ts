import { z } from 'zod';
import { recordRequestSchema } from '@/lib/core/migration-record';

/** A raw migration file and what a person answered about it. */
export const migrationInput = z.strictObject({
  /** The transition's name. */
  name: z.string(),
  fileName: z.string().max(300),
  text: z.string(),
  answers: z.record(z.string().max(1000), z.string().max(20_000)),
  /** How the team's own journal knows the file. @default not recorded */
  record: recordRequestSchema.nullable().optional(),
});

export type MigrationInput = z.output<typeof migrationInput>;
