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
  /** Work done as 0…1; null where only rows are counted. */
  readonly share: number | null;
  /** Above 0: walked through, and what moved meanwhile is looked for. */
  readonly round: number;
  readonly workingMs: number;
  readonly heldMs: number;
  readonly lanes: BackfillView['lanes'];
  readonly unseen: readonly string[];
}

/** The backfills of a plan, those that have not begun included, in the order in which they run. */
export function backfillViews(
  plan: Plan,
  fact: Pick<RolloutFact, 'activity' | 'direction' | 'movingPhase' | 'position' | 'settings'>,
  facts: readonly BackfillFact[],
): readonly BackfillView[] {
  return plan.phases.flatMap((phase) =>
    phase.steps.flatMap((step) => {
      const work = step.backfill;
      if (work === undefined) return [];
      const found = facts.find((candidate) => candidate.stepId === step.id);
      const done = found?.state === 'done' || (found === undefined && fact.position >= phase.number);
      const inHand = fact.movingPhase === phase.number;
      const moving = fact.activity === 'running' || fact.activity === 'pausing' || fact.activity === 'held';
      const state: BackfillView['state'] = done
        ? 'done'
        : found === undefined || (!inHand && found.rowsSeen === 0)
          ? 'waiting'
          : inHand && moving && fact.direction === 'forward'
            ? 'running'
            : 'paused';
      return [
        {
          stepId: step.id,
          phase: phase.number,
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
          share: done ? 1 : (found?.share ?? null),
          round: found?.round ?? 0,
          heldMs: found?.heldMs ?? 0,
          lanes: state === 'running' ? (found?.lanes ?? []) : [],
          targetMs: fact.settings.batchMs,
          unseen: state === 'running' ? (found?.unseen ?? []) : [],
        },
      ];
    }),
  );
}

/**
 * All backfills of the moving phase, at rest of the whole plan, together as 0…1; null where there is none. Reaches 1 only
 * when each is done.
 */
export function backfillShare(all: readonly BackfillView[], movingPhase: number | null): number | null {
  const backfills = all.filter(({ phase }) => movingPhase === null || phase === movingPhase);
  if (backfills.length === 0) return null;
  if (backfills.every((backfill) => backfill.state === 'done')) return 1;
  const weight = (backfill: BackfillView) => Math.max(backfill.rowsTotal, backfill.rowsDone);
  const total = backfills.reduce((sum, backfill) => sum + weight(backfill), 0);
  const done = backfills.reduce((sum, backfill) => sum + workDone(backfill) * weight(backfill), 0);
  return total === 0 ? 0 : Math.min(0.99, done / total);
}

/** One backfill's work as 0…1: what its ranges say, or its rows where there are none. Under 1 until it is done. */
export function workDone(backfill: Pick<BackfillView, 'share' | 'rowsDone' | 'rowsTotal' | 'state'>): number {
  if (backfill.state === 'done') return 1;
  if (backfill.share !== null) return Math.min(0.99, backfill.share);
  return backfill.rowsTotal <= 0 ? 0 : Math.min(0.99, backfill.rowsDone / backfill.rowsTotal);
}
