import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import type { TransitionSpec } from '@/lib/core/operation';
import { at, controlSchema } from './control-schema';
import { people } from './people';

/** Operations that belong together. A `draft` has never moved and may be edited; `open` has moved. */
export const transitions = controlSchema.table(
  'transitions',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    name: text('name').notNull(),
    /** null: found in a database, started from the command line. */
    authorId: uuid('author_id').references(() => people.id),
    spec: jsonb('spec').$type<TransitionSpec>().notNull(),
    state: text('state', { enum: ['draft', 'open', 'done', 'abandoned'] })
      .notNull()
      .default('draft'),
    version: integer('version').notNull().default(1),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (table) => [
    check('transitions_state', sql`${table.state} in ('draft', 'open', 'done', 'abandoned')`),
    index('transitions_updated').on(table.updatedAt.desc()),
  ],
);
