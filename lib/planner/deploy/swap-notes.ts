import type { DeployNote } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { OperationContext } from '../plan-parts';
import { newIsNotNull, type Pair } from '../sync/pair';
import { columnModel } from './code';

/** What to ship around a swap of types under one name. */
export function swapNotes(
  context: OperationContext,
  pair: Pair,
): { switch: DeployNote; contract: DeployNote } {
  const { table } = context;
  const name = `${table.name}.${pair.old.name}`;
  const code = columnModel(pair.table, pair.old.name, pair.newType, !newIsNotNull(pair));
  const test = `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }

it('${pair.old.name} has the new type', async () => {
  const { rows } = await db.query('SELECT pg_typeof(${quoteIdent(pair.old.name)})::text AS type FROM ${quoteName(table)} LIMIT 1')
  if (rows.length > 0) expect(rows[0].type).toBe(${JSON.stringify(pair.newComparable.baseType)})
})`;
  return {
    switch: {
      title: `Hand ${name} over to code for ${pair.newType}`,
      text: `At Switch "${pair.old.name}" turns from ${pair.old.type} into ${pair.newType} in one moment. Code that takes both may simply go on; otherwise stop the version for ${pair.old.type} just before, and start the one for ${pair.newType} just after. Open connections must connect anew: their prepared statements were made for the other type.`,
      question: `Is the version for ${pair.newType} ready to take over, and does nothing stay in service that cannot read it?`,
      code,
      test,
    },
    contract: {
      title: `Keep ${name} as ${pair.newType}`,
      text: `From Retire on the old values can only be had by rolling back. Make sure that the version for ${pair.newType} has proved itself.`,
      question: `Has the version for ${pair.newType} proved itself?`,
      code,
      test,
    },
  };
}
