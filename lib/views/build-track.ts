import type { Plan } from '@/lib/core/plan';
import { type RolloutFact, statusOf } from '@/lib/core/rollout';
import type { TrackView } from './transition-view';

const TRIGGER = /^\s*CREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?TRIGGER\b/im;

/** Whether a plan keeps old and new in step by a trigger of Segue's. Pure. */
export function isSynced(plan: Pick<Plan, 'phases'>): boolean {
  return plan.phases.some((phase) =>
    phase.steps.some((step) => step.ownSql === undefined && step.sql.some((text) => TRIGGER.test(text))),
  );
}

/** What the track draws, from plan and fact. `backfill` is 0…1 or null. */
export function buildTrack(
  plan: Plan,
  fact: Pick<RolloutFact, 'position' | 'movingPhase' | 'direction' | 'activity' | 'ended'>,
  backfill: number | null,
): TrackView {
  return {
    phases: plan.phases.map(({ number, kind, lossless }) => ({ number, kind, lossless })),
    position: fact.position,
    movingPhase: fact.movingPhase,
    direction: fact.direction,
    status: statusOf({ ...fact, plan }),
    newCodeFrom: plan.newCodeFrom,
    oldCodeUntil: plan.oldCodeUntil,
    synced: isSynced(plan),
    backfill,
  };
}
