import { z } from 'zod';
import { questionRoute } from '@/lib/actions/define-route';
import { readMigrationFile } from '@/lib/services/read-migration';
import { migrationInput } from '@/lib/services/reading/migration-input';

const input = migrationInput.extend({ databaseId: z.uuid('Choose a database.') });

export const POST = questionRoute(input, (context, body, signal) =>
  readMigrationFile(context, { ...body, signal }),
);
