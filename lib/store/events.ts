import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { ControlQueries } from './control-db';
import { events } from './tables';

/** Events kept for one run; older ones go first. */
export const EVENT_LIMIT = 500;

/** Adds an event to a run and trims the run's events to {@link EVENT_LIMIT}. */
export async function addEvent(
  db: ControlQueries,
  event: { readonly runId: string; readonly type: string; readonly payload: Record<string, unknown> },
): Promise<void> {
  const [added] = await db.insert(events).values(event).returning({ id: events.id });
  if (added === undefined || added.id % 50 !== 0) return;
  const oldest = db
    .select({ id: events.id })
    .from(events)
    .where(eq(events.runId, event.runId))
    .orderBy(desc(events.id))
    .offset(EVENT_LIMIT)
    .limit(1);
  await db
    .delete(events)
    .where(and(eq(events.runId, event.runId), lt(events.id, sql`coalesce((${oldest}), 0)`)));
}

/**
 * Sums a batch up into the run's last event where that is a batch of the same step, so that a backfill of any length is a
 * handful of events. `rows` counts rows looked at.
 */
export async function addBatch(
  db: ControlQueries,
  batch: { readonly runId: string; readonly stepId: string; readonly batches: number; readonly rows: number },
): Promise<void> {
  const [last] = await db
    .select({ id: events.id, type: events.type, payload: events.payload })
    .from(events)
    .where(eq(events.runId, batch.runId))
    .orderBy(desc(events.id))
    .limit(1);
  if (last?.type !== 'batches' || last.payload.stepId !== batch.stepId) {
    const { runId, ...payload } = batch;
    await addEvent(db, { runId, type: 'batches', payload });
    return;
  }
  await db
    .update(events)
    .set({
      at: new Date(),
      payload: {
        stepId: batch.stepId,
        batches: Number(last.payload.batches) + batch.batches,
        rows: Number(last.payload.rows) + batch.rows,
      },
    })
    .where(eq(events.id, last.id));
}

/** A run's events, newest first. */
export function listEvents(db: ControlQueries, runId: string, limit = 100) {
  return db.select().from(events).where(eq(events.runId, runId)).orderBy(desc(events.id)).limit(limit);
}
