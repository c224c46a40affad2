import { and, desc, eq, isNull } from 'drizzle-orm';
import { SegueError } from '@/lib/core/errors';
import type { ControlQueries } from './control-db';
import { approvals, people } from './tables';

export type StoredApproval = typeof approvals.$inferSelect & { readonly by: string };

/** Records an approval; earlier ones of the rollout are superseded by being older. */
export async function addApproval(
  db: ControlQueries,
  row: typeof approvals.$inferInsert,
): Promise<typeof approvals.$inferSelect> {
  const [added] = await db.insert(approvals).values(row).returning();
  if (added === undefined) throw new SegueError('internal', 'The approval was not recorded.');
  return added;
}

/** All approvals of a rollout, newest first. */
export async function listApprovals(db: ControlQueries, rolloutId: string): Promise<StoredApproval[]> {
  const rows = await db
    .select({ approval: approvals, by: people.displayName })
    .from(approvals)
    .innerJoin(people, eq(people.id, approvals.actorId))
    .where(eq(approvals.rolloutId, rolloutId))
    .orderBy(desc(approvals.at));
  return rows.map((row) => ({ ...row.approval, by: row.by }));
}

/** Voids one approval for good; the first reason stays. Returns whether it was this call that did it. */
export async function voidApproval(
  db: ControlQueries,
  id: string,
  because: readonly string[],
): Promise<boolean> {
  const rows = await db
    .update(approvals)
    .set({ voidedAt: new Date(), voidedBecause: because })
    .where(and(eq(approvals.id, id), isNull(approvals.voidedAt)))
    .returning({ id: approvals.id });
  return rows.length > 0;
}

/** The newest approval of each rollout. */
export function latestApprovals(
  db: ControlQueries,
): Promise<Pick<StoredApproval, 'rolloutId' | 'planDigest' | 'voidedAt'>[]> {
  return db
    .selectDistinctOn([approvals.rolloutId], {
      rolloutId: approvals.rolloutId,
      planDigest: approvals.planDigest,
      voidedAt: approvals.voidedAt,
    })
    .from(approvals)
    .orderBy(approvals.rolloutId, desc(approvals.at));
}
