import type { CheckWork } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { CheckScope, Finding } from './run-check';

type Exceptions = Extract<CheckWork, { kind: 'exceptions' }>;

const SAMPLES = 20;

/** Values that only one side can hold: recorded with their keys when they were written, and still so now. */
export async function checkExceptions(scope: CheckScope, work: Exceptions): Promise<Finding> {
  const keys = work.key
    .map(
      (column) =>
        `t.${quoteIdent(column.name)} = CAST(e.key ->> ${quoteLiteral(column.name)} AS ${column.type})`,
    )
    .join(' AND ');
  const rows = await scope.target.sql.unsafe<{ key: string; value: string | null; total: number }[]>(
    `SELECT e.key::text AS key, t.${quoteIdent(work.column)}::text AS value, (count(*) OVER ())::integer AS total
     FROM segue.exceptions e JOIN ${quoteName(work.table)} AS t ON ${keys}
     WHERE e.transition = $1 AND e.operation = $2::text::integer AND e.side = $3 AND (${work.still})
     ORDER BY e.seen_at LIMIT ${SAMPLES}`,
    [scope.transition, String(work.operation), work.side],
  );
  const total = rows[0]?.total ?? 0;
  if (total === 0) return { outcome: 'pass', summary: 'There is no such value.' };
  const holding = `${total === 1 ? 'One row holds' : `${total} rows hold`} a value of ${work.column} that the other column cannot hold`;
  if (work.mustGo === true)
    return {
      outcome: 'fail',
      summary: `${holding}. Delete ${total === 1 ? 'it' : 'them'}, or give ${total === 1 ? 'it' : 'them'} another value, first.`,
      evidence: rows.map(({ key, value }) => ({ key, value })),
    };
  return {
    outcome: 'inconclusive',
    summary: `${holding}. Going on gives it up unless it is corrected first.`,
    evidence: rows.map(({ key, value }) => ({ key, value })),
  };
}
