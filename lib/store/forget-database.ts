import { eq, inArray, or } from 'drizzle-orm';
import type { ControlQueries } from './control-db';
import { acts, approvals, databases, rollouts, runs, transitions } from './tables';

/**
 * Deletes a database with all transitions, runs and approvals on it. The audit stays, without the links. Only for what is
 * thrown away as a whole, like the sandbox. Call it in a transaction.
 */
export async function forgetDatabase(db: ControlQueries, databaseId: string): Promise<void> {
  const found = await db
    .select({ id: rollouts.id, transitionId: rollouts.transitionId })
    .from(rollouts)
    .where(eq(rollouts.databaseId, databaseId));
  const rolloutIds = found.map(({ id }) => id);
  const transitionIds = found.map(({ transitionId }) => transitionId);
  await db
    .update(acts)
    .set({ transitionId: null, databaseId: null })
    .where(or(eq(acts.databaseId, databaseId), inArray(acts.transitionId, transitionIds)));
  await db.delete(approvals).where(inArray(approvals.rolloutId, rolloutIds));
  await db.delete(runs).where(inArray(runs.rolloutId, rolloutIds));
  await db.delete(rollouts).where(inArray(rollouts.id, rolloutIds));
  await db.delete(transitions).where(inArray(transitions.id, transitionIds));
  await db.delete(databases).where(eq(databases.id, databaseId));
}
