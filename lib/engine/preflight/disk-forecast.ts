import { quoteName } from '@/lib/core/sql-text';
import { buildsIn, bytesInWords, type PreflightQuestion } from './question';

/** Below this nobody needs to look. */
const WORTH_SAYING = 1024 * 1024 * 1024;

/** How much room a phase needs at most. PostgreSQL tells nobody how much is free. */
export const diskForecast: PreflightQuestion = {
  id: 'preflight.disk',
  title: 'There is room on the disk',
  ask: async (scope) => {
    const { target, phase, direction } = scope;
    const copied = phase.steps.flatMap((step) =>
      step.backfill === undefined || direction === 'back' ? [] : [step.backfill.table],
    );
    const indexed = buildsIn(scope).map(({ table }) => table);
    if (copied.length + indexed.length === 0) return null;
    const [row] = await target.sql<{ heap: number; indexes: number; wal: number }[]>`
      SELECT coalesce((SELECT sum(pg_table_size(to_regclass(n))) FROM unnest(${[...new Set(copied.map(quoteName))]}::text[]) n), 0)::double precision AS heap,
        coalesce((SELECT sum(pg_relation_size(to_regclass(n)) / 4) FROM unnest(${indexed.map(quoteName)}::text[]) n), 0)::double precision AS indexes,
        coalesce((SELECT sum(pg_total_relation_size(to_regclass(n))) FROM unnest(${copied.map(quoteName)}::text[]) n), 0)::double precision AS wal`;
    const most = (row?.heap ?? 0) + (row?.indexes ?? 0) + (row?.wal ?? 0);
    const summary = `Needs at most about ${bytesInWords(most)}: new row versions ${bytesInWords(row?.heap ?? 0)}, indexes ${bytesInWords(row?.indexes ?? 0)}, WAL until it is recycled ${bytesInWords(row?.wal ?? 0)}.`;
    if (most < WORTH_SAYING) return { outcome: 'pass', summary };
    return {
      outcome: 'warning',
      summary: `${summary} PostgreSQL cannot say how much is free: look at the server.`,
    };
  },
};
