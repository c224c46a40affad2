import type { Plan } from '@/lib/core/plan';
import type { RolloutFact } from '@/lib/core/rollout';
import { secondsLeft } from './time-left';
import type { BackfillView } from './transition-view';

/** What the engine knows of a backfill. */
export interface BackfillFact {
  readonly stepId: string;
  readonly rowsSeen: number;
  readonly rowsChanged: number;
  readonly rowsTotal: number;
  readonly totalIsExact: boolean;
  readonly rowsPerSecond: number | null;
  readonly state: string;
  readonly batchRows: number;
  readonly workingMs: number;
}

/** The backfills of a plan, those that have not begun included, in the order in which they run. */
export function backfillViews(
  plan: Plan,
  fact: Pick<RolloutFact, 'activity' | 'direction' | 'position' | 'settings'>,
  facts: readonly BackfillFact[],
): readonly BackfillView[] {
  return plan.phases.flatMap((phase) =>
    phase.steps.flatMap((step) => {
      const work = step.backfill;
      if (work === undefined) return [];
      const found = facts.find((candidate) => candidate.stepId === step.id);
      const done = found?.state === 'done' || (found === undefined && fact.position >= phase.number);
      const moving = fact.activity === 'running' || fact.activity === 'pausing' || fact.activity === 'held';
      const state: BackfillView['state'] = done
        ? 'done'
        : found === undefined || (fact.activity === 'idle' && found.rowsSeen === 0)
          ? 'waiting'
          : moving && fact.direction === 'forward'
            ? 'running'
            : 'paused';
      return [
        {
          stepId: step.id,
          title: step.title,
          table: work.table.name,
          column: work.column,
          rowsDone: found?.rowsSeen ?? (done ? work.estimatedRows : 0),
          rowsTotal: found?.rowsTotal ?? work.estimatedRows,
          totalIsExact: found?.totalIsExact ?? false,
          rowsChanged: found?.rowsChanged ?? 0,
          rowsPerSecond: state === 'running' ? (found?.rowsPerSecond ?? null) : null,
          secondsLeft: found === undefined || state === 'done' ? null : secondsLeft(found),
          state,
          batchRows: found?.batchRows ?? fact.settings.batchRows,
        },
      ];
    }),
  );
}

/** All backfills together as 0…1, or null where there is none. Reaches 1 only when each is done. */
export function backfillShare(backfills: readonly BackfillView[]): number | null {
  if (backfills.length === 0) return null;
  if (backfills.every((backfill) => backfill.state === 'done')) return 1;
  const total = backfills.reduce((sum, backfill) => sum + Math.max(backfill.rowsTotal, backfill.rowsDone), 0);
  const done = backfills.reduce((sum, backfill) => sum + backfill.rowsDone, 0);
  return total === 0 ? 0 : Math.min(0.99, done / total);
}
