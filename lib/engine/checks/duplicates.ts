import type { CheckWork } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { CheckScope, Finding } from './run-check';

type Duplicates = Extract<CheckWork, { kind: 'duplicates' }>;

const SAMPLES = 10;

/** Values that more than one row has where they are to be unique, with keys of such rows. One statement: equal values may be anywhere. */
export async function checkDuplicates(scope: CheckScope, work: Duplicates): Promise<Finding> {
  await scope.checkpoint();
  const value = work.values.map((sql) => `(${sql})::text`).join(', ');
  const key = work.key.map((column) => `t.${quoteIdent(column.name)}::text`);
  const keys = key.length === 0 ? `''` : `concat_ws(', ', ${key.join(', ')})`;
  const rows = await scope.target.sql.begin('read only', async (tx) => {
    await tx`SET LOCAL statement_timeout = 0`;
    return tx.unsafe<{ value: string; rows: number; keys: string; groups: number }[]>(
      `SELECT concat_ws(', ', ${value}) AS value, count(*)::integer AS rows,
         array_to_string((array_agg(${keys}))[1:5], '; ') AS keys, (count(*) OVER ())::integer AS groups
       FROM ${quoteName(work.table)} AS t WHERE ${work.where} GROUP BY ${work.values.join(', ')}
       HAVING count(*) > 1 ORDER BY count(*) DESC LIMIT ${SAMPLES}`,
    );
  });
  const total = rows[0]?.groups ?? 0;
  if (total === 0) return { outcome: 'pass', summary: 'No value occurs twice.' };
  return {
    outcome: 'fail',
    summary: `${total === 1 ? 'One value occurs' : `${total.toLocaleString('en')} values occur`} more than once.`,
    evidence: rows.map(({ value: twice, rows: times, keys: of }) => ({
      value: twice,
      rows: times,
      keys: of,
    })),
  };
}
