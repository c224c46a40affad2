import { count, counted } from '@/components/ui/number-words';
import type { BackfillView, LaneView } from '@/lib/views/transition-view';

/** "124,000 of about 200,000 rows looked at, 120,000 written". Says when there are more rows than expected. */
export function backfillInWords(
  backfill: Pick<BackfillView, 'rowsDone' | 'rowsTotal' | 'totalIsExact' | 'rowsChanged' | 'state' | 'round'>,
): string {
  const { rowsDone, rowsTotal, totalIsExact, rowsChanged, state } = backfill;
  const written = `${count(rowsChanged)} written`;
  if (state === 'waiting') return `${totalIsExact ? '' : 'About '}${counted(rowsTotal, 'row')} to look at`;
  if (state === 'done') return `${counted(rowsDone, 'row')} looked at, ${written}`;
  if (state === 'running' && backfill.round > 0)
    return `${counted(rowsDone, 'row')} looked at, ${written}; looking again for rows that moved meanwhile`;
  const paused = state === 'paused' ? 'Paused. ' : '';
  if (rowsDone > rowsTotal && !totalIsExact) {
    return `${paused}${counted(rowsDone, 'row')} looked at, more than the ${count(rowsTotal)} expected; ${written}`;
  }
  return `${paused}${count(rowsDone)} of ${totalIsExact ? '' : 'about '}${counted(rowsTotal, 'row')} looked at, ${written}`;
}

/** "Lane 1: 8,200 rows a batch, 96 ms (aim 100 ms)". */
export function laneInWords(lane: LaneView, targetMs: number): string {
  const took = lane.batchMs === null ? '' : `, ${count(lane.batchMs)} ms (aim ${count(targetMs)} ms)`;
  const again =
    lane.retries === 0 ? '' : `; gave way to a lock ${lane.retries === 1 ? 'once' : `${lane.retries} times`}`;
  return lane.batchRows === 0
    ? `Lane ${lane.number}: starting${again}`
    : `Lane ${lane.number}: ${counted(lane.batchRows, 'row')} a batch${took}${again}`;
}
