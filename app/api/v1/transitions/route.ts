import { z } from 'zod';
import { readRoute, writeRoute } from '@/lib/actions/define-route';
import { createTransition } from '@/lib/services/create-transition';
import { listTransitions } from '@/lib/services/list-transitions';
import { migrationInput } from '@/lib/services/reading/migration-input';

export const GET = readRoute((context) => listTransitions(context));

const input = z.union([
  z.strictObject({ databaseId: z.uuid(), file: z.record(z.string(), z.unknown()) }),
  z.strictObject({ databaseId: z.uuid(), migration: migrationInput }),
]);

export const POST = writeRoute(input, (context, actor, _id, body) => createTransition(context, actor, body));
