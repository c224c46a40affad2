import { count, counted } from '@/components/ui/number-words';
import type { BackfillView } from '@/lib/views/transition-view';

/** 0…1; under 1 until the backfill says that it is done, however wrong the estimate was. */
export function backfillShare(backfill: Pick<BackfillView, 'rowsDone' | 'rowsTotal' | 'state'>): number {
  if (backfill.state === 'done') return 1;
  if (backfill.rowsTotal <= 0) return 0;
  return Math.min(0.99, backfill.rowsDone / backfill.rowsTotal);
}

/** "124,000 of about 200,000 rows looked at, 120,000 written". Says when there are more rows than expected. */
export function backfillInWords(
  backfill: Pick<BackfillView, 'rowsDone' | 'rowsTotal' | 'totalIsExact' | 'rowsChanged' | 'state'>,
): string {
  const { rowsDone, rowsTotal, totalIsExact, rowsChanged, state } = backfill;
  const written = `${count(rowsChanged)} written`;
  if (state === 'waiting') return `${totalIsExact ? '' : 'About '}${counted(rowsTotal, 'row')} to look at`;
  if (state === 'done') return `${counted(rowsDone, 'row')} looked at, ${written}`;
  const paused = state === 'paused' ? 'Paused. ' : '';
  if (rowsDone > rowsTotal && !totalIsExact) {
    return `${paused}${counted(rowsDone, 'row')} looked at, more than the ${count(rowsTotal)} expected; ${written}`;
  }
  return `${paused}${count(rowsDone)} of ${totalIsExact ? '' : 'about '}${counted(rowsTotal, 'row')} looked at, ${written}`;
}
