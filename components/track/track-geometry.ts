import { PHASE_TITLES, type PhaseKind } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import type { TrackPhase, TrackView } from '@/lib/views/transition-view';

/** solid: runs, reads and writes; thin: its column is only kept in step; dotted: retired; none: cannot run. */
export type LaneStyle = 'solid' | 'thin' | 'dotted' | 'none';

/** Direction in which writes are carried, and which lane wins where it is both. */
export type Sync = 'none' | 'to_new' | 'both_old_leads' | 'both_new_leads' | 'to_old';

export type ColumnState = 'done' | 'current' | 'moving' | 'ahead';

/** One column: what holds once its phase is done. Column 0 is the time before the first. Lengths are fractions of the track. */
export interface TrackColumn {
  readonly index: number;
  readonly phase: TrackPhase | null;
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly old: LaneStyle;
  readonly new: LaneStyle;
  readonly sync: Sync;
  /** Share of the new lane that the backfill has filled; null where nothing is being filled. */
  readonly fill: number | null;
  /** Place up to which the lane is filled: where the marker is. */
  readonly filledTo: number;
  readonly state: ColumnState;
}

export interface WayBackSegment {
  readonly phase: number;
  readonly from: number;
  readonly to: number;
  readonly lossless: boolean;
}

export interface TrackGeometry {
  readonly columns: readonly TrackColumn[];
  readonly marker: { readonly at: number; readonly moving: Direction | null };
  /** From the start up to the marker; empty at the start and after the point of no return. */
  readonly wayBack: readonly WayBackSegment[];
  /** Where every way back ends: the edge of Delete. null: the plan deletes nothing. */
  readonly noReturn: number | null;
  readonly pastNoReturn: boolean;
}

/** Width of the column before the first phase, in columns. */
export const LEAD_IN = 0.6;

/** Where the marker rests in a column that is done: late, so that a backfill has room to grow towards it. */
const REST = 0.68;

function rest(column: TrackColumn): number {
  return column.from + (column.to - column.from) * (column.index === 0 ? 0.5 : REST);
}

function kindsUpTo(view: TrackView, index: number): ReadonlySet<PhaseKind> {
  return new Set(view.phases.slice(0, index).map((phase) => phase.kind));
}

function oldLane(view: TrackView, index: number): LaneStyle {
  if (index <= view.oldCodeUntil) return 'solid';
  return kindsUpTo(view, index).has('purge') ? 'none' : 'dotted';
}

function newLane(view: TrackView, index: number): LaneStyle {
  const filling = view.movingPhase === index && view.direction === 'forward' && view.backfill !== null;
  if (index >= view.newCodeFrom && !filling) return 'solid';
  return kindsUpTo(view, index).has('dual_write') ? 'thin' : 'none';
}

/** Plans that end without Delete keep one column: their trigger only fills what old code leaves out. */
function syncAt(view: TrackView, index: number): Sync {
  const done = kindsUpTo(view, index);
  if (!view.synced || !done.has('dual_write') || done.has('purge')) return 'none';
  const twoShapes = view.phases.some((phase) => phase.kind === 'purge');
  if (!twoShapes) return done.has('contract') ? 'none' : 'to_new';
  if (done.has('contract')) return 'to_old';
  return done.has('switch') ? 'both_new_leads' : 'both_old_leads';
}

function stateOf(view: TrackView, index: number): ColumnState {
  if (view.movingPhase === index) return 'moving';
  const rest = view.movingPhase === null ? view.position : Math.min(view.position, view.movingPhase - 1);
  if (index === view.position && view.movingPhase === null) return 'current';
  return index <= rest ? 'done' : 'ahead';
}

function columnsOf(view: TrackView): TrackColumn[] {
  const total = view.phases.length + LEAD_IN;
  return [null, ...view.phases].map((phase, index) => {
    const from = index === 0 ? 0 : (index - 1 + LEAD_IN) / total;
    const to = (index + LEAD_IN) / total;
    const fill = view.movingPhase === index && view.direction === 'forward' ? view.backfill : null;
    return {
      index,
      phase,
      title: phase === null ? 'Start' : PHASE_TITLES[phase.kind],
      from,
      to,
      old: oldLane(view, index),
      new: newLane(view, index),
      sync: syncAt(view, index),
      fill,
      filledTo: from + (to - from) * REST * Math.max(0, Math.min(1, fill ?? 0)),
      state: stateOf(view, index),
    };
  });
}

function markerAt(view: TrackView, columns: readonly TrackColumn[]): number {
  const moving = view.movingPhase === null ? undefined : columns[view.movingPhase];
  if (moving === undefined) {
    const resting = columns[view.position];
    return resting === undefined ? 0 : rest(resting);
  }
  return moving.filledTo;
}

/**
 * All that the track draws, from the plan and the position alone. Main axis in fractions, so that it can be drawn in
 * any width, in a list row, or downwards. Pure.
 */
export function trackGeometry(view: TrackView): TrackGeometry {
  const columns = columnsOf(view);
  const at = markerAt(view, columns);
  const purge = columns.find((column) => column.phase?.kind === 'purge');
  const pastNoReturn =
    purge !== undefined && (view.position >= purge.index || view.movingPhase === purge.index);
  const wayBack: WayBackSegment[] = [];
  if (!pastNoReturn) {
    for (const [index, column] of columns.entries()) {
      const before = columns[index - 1];
      if (before === undefined || column.phase === null || rest(before) >= at) continue;
      const to = Math.min(at, rest(column));
      wayBack.push({ phase: index, from: rest(before), to, lossless: column.phase.lossless });
    }
  }
  return {
    columns,
    marker: { at, moving: view.movingPhase === null ? null : view.direction },
    wayBack,
    noReturn: purge?.from ?? null,
    pastNoReturn,
  };
}
