import { pgSchema, timestamp } from 'drizzle-orm/pg-core';

/** Everything that Segue keeps in the control database lives in this schema, so that a DATABASE_URL may be shared with others. */
export const controlSchema = pgSchema('segue_control');

/** A time column. */
export function at(name: string) {
  return timestamp(name, { withTimezone: true, mode: 'date' });
}
