import { jsonb, text } from 'drizzle-orm/pg-core';
import { at, controlSchema } from './control-schema';

/** Few values of this installation: its instance id, the id of the encryption key. */
export const settings = controlSchema.table('settings', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
  updatedAt: at('updated_at').notNull().defaultNow(),
});
