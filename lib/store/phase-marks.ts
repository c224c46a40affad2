import { and, eq, gt } from 'drizzle-orm';
import type { PhaseKind } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import type { ControlQueries } from './control-db';
import { rollouts, runs } from './tables';

/** A phase of some transition that was done, or taken back. */
export interface PhaseMark {
  readonly at: Date;
  readonly kind: PhaseKind;
  readonly direction: Direction;
}

/** The phases done and taken back on a database since a time, oldest first. */
export async function listPhaseMarks(
  db: ControlQueries,
  databaseId: string,
  since: Date,
): Promise<PhaseMark[]> {
  const rows = await db
    .select({ at: runs.endedAt, phase: runs.phase, direction: runs.direction, plan: rollouts.plan })
    .from(runs)
    .innerJoin(rollouts, eq(rollouts.id, runs.rolloutId))
    .where(and(eq(rollouts.databaseId, databaseId), eq(runs.state, 'done'), gt(runs.endedAt, since)))
    .orderBy(runs.endedAt);
  return rows.flatMap(({ at, phase, direction, plan }) => {
    const kind = plan.phases[phase - 1]?.kind;
    return at === null || kind === undefined ? [] : [{ at, kind, direction }];
  });
}
