import { sql } from 'drizzle-orm';
import { bigserial, check, index, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { at, controlSchema } from './control-schema';
import { databases } from './databases';
import { people } from './people';
import { transitions } from './transitions';

/** The audit: who did what, when, through which door. Only grows. */
export const acts = controlSchema.table(
  'acts',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: at('at').notNull().defaultNow(),
    /** null: Segue itself. */
    actorId: uuid('actor_id').references(() => people.id),
    via: text('via', { enum: ['web', 'api', 'cli', 'worker'] }).notNull(),
    action: text('action').notNull(),
    transitionId: uuid('transition_id').references(() => transitions.id),
    databaseId: uuid('database_id').references(() => databases.id),
    /** The object's name at that time. */
    object: text('object').notNull(),
    detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    index('acts_at').on(table.at.desc()),
    index('acts_transition').on(table.transitionId, table.id),
    check('acts_via', sql`${table.via} in ('web', 'api', 'cli', 'worker')`),
  ],
);
