import type { DeployNote } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { accessCode } from '../deploy/code';
import type { OperationContext } from '../plan-parts';
import type { Recast } from '../sync/recast';
import { listed } from './listed';

/** What to ship before Switch and Retire of a split or a merge. */
export function recastNotes(
  { table }: OperationContext,
  recast: Recast,
): { switch: DeployNote; contract: DeployNote } {
  const [olds, news] = [listed(recast.olds), listed(recast.news)];
  const names = recast.news.map((column) => column.name);
  const code = accessCode(
    { ...recast.table, key: recast.key },
    names.map((name) => ({ name, value: 'value' })),
    names[0] ?? '',
  );
  const test = `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }

it('reads ${news}', async () => {
  const { rows } = await db.query('SELECT ${names.map(quoteIdent).join(', ')} FROM ${quoteName(table)} LIMIT 1')
  expect(rows.length).toBeLessThanOrEqual(1)
})`;
  return {
    switch: {
      title: `Read and write ${news} of ${table.name}`,
      text: `Deploy the version that uses ${news}. Segue keeps both sides the same: the old version may keep running beside it.`,
      question: null,
      code,
      test,
    },
    contract: {
      title: `Stop using ${olds} of ${table.name}`,
      text: `Make sure that no running version names ${olds} any more.`,
      question: `Is every version that uses ${olds} out of service?`,
      code,
      test,
    },
  };
}
