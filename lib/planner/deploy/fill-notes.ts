import type { DeployNote } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { OperationContext } from '../plan-parts';
import { accessCode } from './code';

/** What to ship before the filling trigger goes: code that always gives the column a value. */
export function fillNotes(
  context: OperationContext,
  column: string,
  value: string,
  isNew: boolean,
): DeployNote {
  const { table } = context;
  return {
    title: `Always write ${table.name}.${column}`,
    text: `Deploy the version that gives "${column}" a value in every insert and never sets it to NULL${isNew ? '' : ` (until now NULL becomes ${value})`}.`,
    question: `Does every running version give "${column}" a value?`,
    code: accessCode(table, [{ name: column, value: 'value' }], column),
    test: `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }

it('never leaves ${column} NULL', async () => {
  const { rows } = await db.query('SELECT 1 FROM ${quoteName(table)} WHERE ${quoteIdent(column)} IS NULL LIMIT 1')
  expect(rows).toHaveLength(0)
})`,
  };
}
