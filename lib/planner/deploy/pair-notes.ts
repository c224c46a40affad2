import type { DualWrite } from '@/lib/core/operation';
import type { DeployNote } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { newIsNotNull, type Pair } from '../sync/pair';
import { accessCode, columnModel, joinCode } from './code';

/** The guide's safety test, for a team's own suite: write one side, read the other. Leaves no trace. */
function dualWriteTest(pair: Pair): string {
  const [old, fresh, table] = [quoteIdent(pair.old.name), quoteIdent(pair.newName), quoteName(pair.table)];
  const where = pair.key.map((column, index) => `${quoteIdent(column.name)} = $${index + 2}`).join(' AND ');
  const keys = pair.key.map((column) => `row[${JSON.stringify(column.name)}]`).join(', ');
  const expectNew = pair.converts ? pair.up.apply('$1') : '$1';
  const expectOld = pair.converts ? pair.down.apply('$1') : '$1';
  const type = (name: string) => `CAST($1 AS ${name})`;
  return `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }, on one connection

const oldValue = 'a value that ${pair.old.name} takes'
const newValue = 'a value that ${pair.newName} takes'

it('writes to either column reach the other', async () => {
  await db.query('BEGIN')
  try {
    const { rows: [row] } = await db.query('SELECT * FROM ${table} LIMIT 1')
    await db.query('UPDATE ${table} SET ${old} = $1 WHERE ${where}', [oldValue, ${keys}])
    const forth = await db.query('SELECT ${fresh} = ${expectNew.replaceAll('$1', type(pair.old.type))} AS same FROM ${table} WHERE ${where}', [oldValue, ${keys}])
    expect(forth.rows[0].same).toBe(true)
    await db.query('UPDATE ${table} SET ${fresh} = $1 WHERE ${where}', [newValue, ${keys}])
    const back = await db.query('SELECT ${old} = ${expectOld.replaceAll('$1', type(pair.newType))} AS same FROM ${table} WHERE ${where}', [newValue, ${keys}])
    expect(back.rows[0].same).toBe(true)
  } finally {
    await db.query('ROLLBACK')
  }
})`;
}

/** What to ship before each phase of a rename or a change of type. */
export function pairNotes(
  pair: Pair,
  dualWrite: DualWrite,
): { dualWrite: DeployNote | null; switch: DeployNote; contract: DeployNote } {
  const table = pair.table.name;
  const keyed = { ...pair.table, key: pair.key };
  const written = pair.converts ? `convert(value) /* ${pair.up.apply('value')} */` : 'value';
  const model = columnModel(pair.table, pair.newName, pair.newType, !newIsNotNull(pair));
  const both = accessCode(
    keyed,
    [
      { name: pair.old.name, value: 'value' },
      { name: pair.newName, value: written },
    ],
    pair.old.name,
  );
  const onlyNew = accessCode(keyed, [{ name: pair.newName, value: 'value' }], pair.newName);
  const test = dualWriteTest(pair);
  const readNew: DeployNote = {
    title: `Read and write ${table}.${pair.newName}`,
    text: `Deploy the version that uses "${pair.newName}". Both columns hold the same data: the old version may keep running beside it${dualWrite === 'managed' ? '; Segue keeps them the same, your code writes only one' : ''}.`,
    question:
      dualWrite === 'application'
        ? `Does the live version read "${pair.newName}" and still write both columns?`
        : null,
    code: joinCode(
      model,
      dualWrite === 'application'
        ? accessCode(
            keyed,
            [
              { name: pair.old.name, value: 'value' },
              { name: pair.newName, value: written },
            ],
            pair.newName,
          )
        : onlyNew,
    ),
    test,
  };
  const writeBoth: DeployNote = {
    title: `Write ${table}.${pair.old.name} and ${table}.${pair.newName}`,
    text: `Deploy the version that writes both columns on every insert and update, and reads "${pair.old.name}". Segue watches that they agree.`,
    question: `Does every running version write both "${pair.old.name}" and "${pair.newName}"?`,
    code: joinCode(model, both),
    test,
  };
  return {
    dualWrite: dualWrite === 'application' ? writeBoth : null,
    switch: readNew,
    contract: {
      title: `Stop using ${table}.${pair.old.name}`,
      text: `Make sure that no running version names "${pair.old.name}" any more: not in queries, not in the model, not in reports.`,
      question: `Is every version that uses "${pair.old.name}" out of service?`,
      code: onlyNew,
      test,
    },
  };
}
