import { sql } from 'drizzle-orm';
import { check, text, uuid } from 'drizzle-orm/pg-core';
import { at, controlSchema } from './control-schema';

/** Who acts. A display name given once; accounts will hang on to this id later. */
export const people = controlSchema.table(
  'people',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    displayName: text('display_name').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [check('people_display_name', sql`length(trim(${table.displayName})) between 1 and 80`)],
);
