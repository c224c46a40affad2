import { jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { controlSchema } from './control-schema';
import { transitions } from './transitions';

/** The migration file that a transition came from, as it was read then. A table of its own: lists never need its text. */
export const migrationSources = controlSchema.table('migration_sources', {
  transitionId: uuid('transition_id')
    .primaryKey()
    .references(() => transitions.id, { onDelete: 'cascade' }),
  fileName: text('file_name').notNull(),
  text: text('text').notNull(),
  /** Question id to what a person answered. */
  answers: jsonb('answers').$type<Readonly<Record<string, string>>>().notNull(),
  /** What each statement would have done and what it became: a view model, which the store does not look into. */
  reading: jsonb('reading').$type<unknown>().notNull(),
});
