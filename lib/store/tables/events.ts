import { bigserial, index, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { at, controlSchema } from './control-schema';
import { runs } from './runs';

/** What the engine reported while a run went on. Batches are summed up, so that a run's events stay few. */
export const events = controlSchema.table(
  'events',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    runId: uuid('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    at: at('at').notNull().defaultNow(),
    type: text('type').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [index('events_run').on(table.runId, table.id)],
);
