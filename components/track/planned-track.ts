import type { Plan } from '@/lib/core/plan';
import { isSynced } from '@/lib/views/build-track';
import type { TrackView } from '@/lib/views/transition-view';

/** A plan's track before anything is done. */
export function plannedTrack(plan: Plan): TrackView {
  return {
    phases: plan.phases.map(({ number, kind, lossless }) => ({ number, kind, lossless })),
    position: 0,
    movingPhase: null,
    direction: null,
    status: 'not_started',
    newCodeFrom: plan.newCodeFrom,
    oldCodeUntil: plan.oldCodeUntil,
    synced: isSynced(plan),
    backfill: null,
  };
}
