import { jsonb, text, uuid } from 'drizzle-orm/pg-core';
import type { SchemaSource } from '@/lib/core/schema-source';
import { at, controlSchema } from './control-schema';
import { rollouts } from './rollouts';

/** The schema that a plan from a migration file was approved against, so that the plan can still be proved once it has begun. One for each rollout. */
export const planSchemas = controlSchema.table('plan_schemas', {
  rolloutId: uuid('rollout_id')
    .primaryKey()
    .references(() => rollouts.id, { onDelete: 'cascade' }),
  planDigest: text('plan_digest').notNull(),
  at: at('at').notNull().defaultNow(),
  schema: jsonb('schema').$type<SchemaSource>().notNull(),
});
