import type { CheckSpec, DeployNote, Finding, Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { indexMentions } from './clone/indexes';
import { differs } from './compare';
import { columnUnusedCheck, retentionCheck } from './delete-checks';
import { accessCode } from './deploy/code';
import { fitIdentifier } from './names';
import {
  alterTable,
  exclusiveOn,
  lockOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  operationId,
} from './plan-parts';
import {
  type PresentNames,
  type Recast,
  recastConditions,
  recastFunctions,
  recastNames,
  recastSync,
  recastTriggers,
  recastValue,
} from './sync/recast';

const list = (names: readonly string[]) => names.join(' and ');

function addSteps(context: OperationContext, recast: Recast): Step[] {
  const { table } = context;
  return recast.news.map((column) => {
    const name = quoteIdent(column.name);
    const retiredName = fitIdentifier(`segue_retired_${recast.tag}_${column.name}_new`);
    const retired = quoteIdent(retiredName);
    const rename = (from: string, to: string) => `${alterTable(table)} RENAME COLUMN ${from} TO ${to}`;
    return makeStep(context, {
      slug: `add_column.${column.name}`,
      phase: 'expand',
      title: `Add the column ${column.name} to ${table.name}`,
      sql: [`${alterTable(table)} ADD COLUMN ${name} ${column.type}`],
      undo: [rename(name, retired), `${alterTable(table)} DROP COLUMN ${retired}`],
      locks: exclusiveOn(table),
      extra: {
        keep: {
          table: recast.table,
          column: column.name,
          retiredName,
          holdsValues: `t.${retired} IS NOT NULL AND (${differs(column.comparable, `t.${retired}`, recastValue(column, 't'))})`,
          retire: [rename(name, retired)],
          bringBack: [rename(retired, name)],
          drop: [`${alterTable(table)} DROP COLUMN ${retired}`],
        },
      },
    });
  });
}

/** All new columns of a row at once: one after the other, the second would be judged by a row that is half done. */
function copyStep(context: OperationContext, recast: Recast): Step {
  const { table } = context;
  const on = recastConditions(recast, 't');
  const [first, ...others] = recast.news.map((column, index) => [column.name, on.up(index)] as const);
  const [name, value] = first ?? ['', 'NULL'];
  const also = others.map(([other, its]) => `, ${quoteIdent(other)} = ${its}`).join('');
  const empty = recast.news.map((column) => `${on.at(column.name)} IS NULL`).join(' AND ');
  const where = `${on.lossyNew} AND (${empty} OR ${on.lossyOld})`;
  return makeStep(context, {
    kind: 'backfill',
    slug: 'backfill',
    phase: 'dual_write',
    title: `Fill ${list(recast.news.map((column) => column.name))} in the rows that are there`,
    sql: [`UPDATE ${quoteName(table)} AS t SET ${quoteIdent(name)} = ${value}${also} WHERE ${where}`],
    undo: [],
    locks: lockOn(table, 'ROW EXCLUSIVE'),
    undoLocks: [],
    scans: true,
    extra: {
      backfill: {
        table: recast.table,
        key: recast.key,
        column: name,
        expression: value,
        also,
        safeExpression: value,
        where,
        safeWhere: where,
        onFailure: 'none',
        failed: 'false',
        operation: context.index,
        estimatedRows: table.estimatedRows,
      },
    },
  });
}

/** One old column after the other is renamed away, each with the function that knows it under its new name. */
function retireSteps(context: OperationContext, recast: Recast): Step[] {
  const { table } = context;
  const namesAfter = (count: number): PresentNames =>
    Object.fromEntries(recast.olds.slice(0, count).map((column) => [column.name, column.retiredName]));
  return recast.olds.map((column, index) => {
    const rename = (from: string, to: string) =>
      `${alterTable(table)} RENAME COLUMN ${quoteIdent(from)} TO ${quoteIdent(to)}`;
    return makeStep(context, {
      slug: `retire.${column.name}`,
      phase: 'contract',
      title: `Retire ${column.name}`,
      sql: [rename(column.name, column.retiredName), ...recastSync(recast, 'retired', namesAfter(index + 1))],
      undo: [
        rename(column.retiredName, column.name),
        ...recastSync(recast, index === 0 ? 'new_leads' : 'retired', namesAfter(index)),
      ],
      locks: exclusiveOn(table),
      extra: { retires: { table: recast.table, column: column.name, retiredName: column.retiredName } },
    });
  });
}

function findingsOf(context: OperationContext, recast: Recast): Finding[] {
  const names = recast.olds.map((column) => column.name);
  const uses = [
    ...context.table.indexes
      .filter((index) => indexMentions(index).some((name) => names.includes(name)))
      .map((index) => index.name),
    ...context.table.checks
      .filter((check) => check.columns.some((name) => names.includes(name)))
      .map((check) => check.name),
    ...context.table.foreignKeys
      .filter((key) => key.columns.some((name) => names.includes(name)))
      .map((key) => key.name),
  ];
  const notNull = recast.olds.filter((column) => column.column.notNull).map((column) => column.name);
  return [
    ...(uses.length === 0
      ? []
      : [
          {
            rule: 'not-carried-over',
            severity: 'warning' as const,
            operation: context.index,
            message: `${uses.join(', ')} stay with ${list(names)} and are deleted with it.`,
            fix: 'Add indexes and constraints of the new columns in a transition of their own, before Switch.',
          },
        ]),
    ...(notNull.length === 0
      ? []
      : [
          {
            rule: 'old-side-not-null',
            severity: 'warning' as const,
            operation: context.index,
            message: `${list(notNull)} is NOT NULL until Delete: a write of new code for which the way back gives NULL is refused.`,
            fix: 'Let the way back give a value in every case, with coalesce.',
          },
        ]),
  ];
}

/** All five phases of one column that becomes two, or of two that become one. Pure. */
export function recastPhases(context: OperationContext, recast: Recast): OperationPlan {
  const { table } = context;
  const names = recastNames(recast);
  const functions = recastFunctions(recast);
  const triggers = recastTriggers(recast);
  const olds = recast.olds.map((column) => column.name);
  const news = recast.news.map((column) => column.name);
  const id = (name: string) => operationId(context, name);
  const mismatches = (name: string, present: PresentNames = {}): CheckSpec => {
    const { disagrees } = recastConditions(recast, 't', present);
    return {
      id: id(name),
      title: `${list(olds)} and ${list(news)} agree in every row`,
      work: {
        kind: 'mismatches',
        table: recast.table,
        key: recast.key,
        where: disagrees,
        safeWhere: disagrees,
        show: [...olds.map((column) => present[column] ?? column), ...news],
        operation: context.index,
      },
    };
  };
  const syncInPlace: CheckSpec = {
    id: id('sync_in_place'),
    title: 'The sync is in place and runs last',
    work: { kind: 'sync_in_place', table: recast.table, triggers: names.triggers },
  };
  const on = recastConditions(recast, 't');
  const back = (index: number) =>
    `${names.down(index)}(${recast.news.map((_, other) => on.up(other)).join(', ')})`;
  const roundTrip: CheckSpec = {
    id: id('round_trip'),
    title: `Every ${list(olds)} survives the way there and back`,
    work: {
      kind: 'round_trip',
      table: recast.table,
      key: recast.key,
      where: recast.olds
        .map((column, index) => `(${differs(column.comparable, on.at(column.name), back(index))})`)
        .join(' OR '),
      failed: 'false',
      onFailure: 'value',
      column: olds[0] ?? '',
    },
  };
  const exceptions: CheckSpec = {
    id: id('exceptions_new'),
    title: `No ${list(news)} that ${list(olds)} cannot hold`,
    work: {
      kind: 'exceptions',
      table: recast.table,
      key: recast.key,
      still: on.lossyNew,
      operation: context.index,
      side: 'new',
      column: news[0] ?? '',
    },
  };
  const retired: PresentNames = Object.fromEntries(
    recast.olds.map((column) => [column.name, column.retiredName]),
  );
  const code = accessCode(
    { ...recast.table, key: recast.key },
    news.map((name) => ({ name, value: 'value' })),
    news[0] ?? '',
  );
  const note = (title: string, text: string, question: string | null): DeployNote => ({
    title,
    text,
    question,
    code,
    test: `import { expect, it } from 'vitest'
import { db } from './db' // your own: db.query(sql, values) → { rows }

it('reads ${list(news)}', async () => {
  const { rows } = await db.query('SELECT ${news.map(quoteIdent).join(', ')} FROM ${quoteName(table)} LIMIT 1')
  expect(rows.length).toBeLessThanOrEqual(1)
})`,
  });
  return {
    newCodeAfter: 'dual_write',
    oldCodeBefore: 'contract',
    findings: findingsOf(context, recast),
    phases: {
      expand: {
        summary: `Adds ${list(news)} beside ${list(olds)}. Nothing uses them yet.`,
        steps: addSteps(context, recast),
        lossless: true,
        rollback: `Takes ${list(news)} out of use. What holds values of its own is kept as a retired column.`,
      },
      dual_write: {
        summary: `Keeps ${list(olds)} and ${list(news)} the same by your SQL, in new writes and in the rows that are there.`,
        steps: [
          makeStep(context, {
            slug: 'sync',
            phase: 'dual_write',
            title: `Keep ${list(olds)} and ${list(news)} the same from now on`,
            sql: [...functions.sql, ...recastSync(recast, 'old_leads'), ...triggers.sql],
            undo: [...triggers.undo, ...functions.undo],
            locks: lockOn(table, 'SHARE ROW EXCLUSIVE'),
            undoLocks: exclusiveOn(table),
          }),
          copyStep(context, recast),
          makeStep(context, {
            kind: 'analyze',
            slug: 'analyze',
            phase: 'dual_write',
            title: `Refresh the statistics of ${table.name}`,
            sql: [`ANALYZE ${quoteName(table)} (${news.map(quoteIdent).join(', ')})`],
            undo: [],
            locks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
            undoLocks: [],
            scans: true,
          }),
        ],
        exitChecks: [mismatches('agree'), roundTrip],
        watchChecks: [syncInPlace],
        rollbackChecks: [exceptions],
        lossless: true,
        rollback: `Takes the sync away. ${list(olds)} is untouched; code that uses ${list(news)} must be out of service first.`,
      },
      switch: {
        summary: `${list(news)} lead: where one statement writes both sides differently, they win.`,
        steps: [
          makeStep(context, {
            slug: 'lead',
            phase: 'switch',
            title: `Let ${list(news)} lead`,
            sql: recastSync(recast, 'new_leads'),
            undo: recastSync(recast, 'old_leads'),
            locks: [],
          }),
        ],
        entryChecks: [syncInPlace, mismatches('still_agree')],
        deploy: note(
          `Read and write ${list(news)} of ${table.name}`,
          `Deploy the version that uses ${list(news)}. Segue keeps both sides the same: the old version may keep running beside it.`,
          null,
        ),
        lossless: true,
        rollback: `${list(olds)} leads again. Nothing is lost.`,
      },
      contract: {
        summary: `Renames ${list(olds)} away. It is still fed, so that the way back loses nothing.`,
        steps: retireSteps(context, recast),
        entryChecks: [
          syncInPlace,
          mismatches('agree_before_retire'),
          ...olds.map(
            (column): CheckSpec => ({
              id: id(`function_bodies.${column}`),
              title: `No function still names ${column}`,
              work: { kind: 'function_bodies', table: recast.table, column },
            }),
          ),
        ],
        deploy: note(
          `Stop using ${list(olds)} of ${table.name}`,
          `Make sure that no running version names ${list(olds)} any more.`,
          `Is every version that uses ${list(olds)} out of service?`,
        ),
        lossless: true,
        rollback: `Brings ${list(olds)} back, with every value written since.`,
      },
      purge: {
        summary: `Deletes the retired ${list(olds)} and everything Segue added. This cannot be undone.`,
        steps: [
          makeStep(context, {
            slug: 'drop',
            phase: 'purge',
            title: `Delete the retired ${list(olds)}`,
            sql: [
              ...triggers.undo,
              ...functions.undo,
              ...recast.olds.map(
                (column) => `${alterTable(table)} DROP COLUMN ${quoteIdent(column.retiredName)}`,
              ),
            ],
            undo: [],
            locks: exclusiveOn(table),
            undoLocks: [],
          }),
        ],
        entryChecks: [
          ...recast.olds.slice(0, 1).map((column) => retentionCheck(id, recast.table, column.retiredName)),
          mismatches('agree_before_delete', retired),
          ...recast.olds.map((column) =>
            columnUnusedCheck(id(`dependents.${column.name}`), column.name, recast.table, column.retiredName),
          ),
        ],
        lossless: false,
        rollback: 'Cannot be rolled back.',
      },
    },
  };
}
