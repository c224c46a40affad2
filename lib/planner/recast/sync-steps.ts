import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { constraintSteps } from '../clone/constraint-steps';
import { type ConstraintClone, notNullProof } from '../clone/constraints';
import { indexStep } from '../direct/index-step';
import { newName } from '../direct/new-name';
import { exclusiveOn, lockOn, makeStep, type OperationContext } from '../plan-parts';
import { type Recast, recastConditions, recastFunctions, recastSync, recastTriggers } from '../sync/recast';
import { listed } from './listed';

/** All new columns of a row at once: one after the other, the second would be judged by a row that is half done. */
function copyStep(context: OperationContext, recast: Recast): Step {
  const { table } = context;
  const on = recastConditions(recast, 't');
  const [first, ...others] = recast.news.map((column, index) => [column.name, on.up(index)] as const);
  const [name, value] = first ?? ['', 'NULL'];
  const also = others.map(([other, its]) => `, ${quoteIdent(other)} = ${its}`).join('');
  const empty = recast.news.map((column) => `${on.at(column.name)} IS NULL`).join(' AND ');
  const where = `${on.lossyNew} AND (${empty} OR ${on.lossyOld})`;
  const missing = recast.news.flatMap((column, index) => (column.notNull ? [`${on.up(index)} IS NULL`] : []));
  return makeStep(context, {
    kind: 'backfill',
    slug: 'backfill',
    phase: 'dual_write',
    title: `Fill ${listed(recast.news)} in the rows that are there`,
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
        onFailure: missing.length === 0 ? 'none' : 'reject',
        failed: missing.length === 0 ? 'false' : `(${missing.join(' OR ')})`,
        operation: context.index,
        estimatedRows: table.estimatedRows,
      },
    },
  });
}

/** Proofs of the new columns that are never to be NULL. */
export function recastProofs(context: OperationContext, recast: Recast): ConstraintClone[] {
  return recast.news.flatMap((column, index) =>
    column.notNull
      ? [
          notNullProof(
            context.table,
            column.name,
            `segue_nn_${recast.tag}_${recast.operation + 1}_${index + 1}`,
          ),
        ]
      : [],
  );
}

/** Names of the indexes that the new columns are to have, by their columns. */
export function recastIndexes(
  { table }: OperationContext,
  recast: Recast,
): readonly { readonly name: string; readonly column: string }[] {
  return recast.news
    .filter((column) => column.index)
    .map((column) => ({ name: newName(table, undefined, [column.name], 'idx'), column: column.name }));
}

/** Sync: functions and triggers, the copy, then what was asked for the new columns. */
export function syncSteps(context: OperationContext, recast: Recast): Step[] {
  const { table } = context;
  const functions = recastFunctions(recast);
  const triggers = recastTriggers(recast);
  return [
    makeStep(context, {
      slug: 'sync',
      phase: 'dual_write',
      title: `Keep ${listed(recast.olds)} and ${listed(recast.news)} the same from now on`,
      sql: [...functions.sql, ...recastSync(recast, 'old_leads'), ...triggers.sql],
      undo: [...triggers.undo, ...functions.undo],
      locks: lockOn(table, 'SHARE ROW EXCLUSIVE'),
      undoLocks: exclusiveOn(table),
    }),
    copyStep(context, recast),
    ...recastIndexes(context, recast).map(({ name, column }) =>
      indexStep(context, {
        name,
        create: `CREATE INDEX CONCURRENTLY ${quoteIdent(name)} ON ${quoteName(table)} (${quoteIdent(column)})`,
        phase: 'dual_write',
      }),
    ),
    ...constraintSteps(context, recastProofs(context, recast)),
    makeStep(context, {
      kind: 'analyze',
      slug: 'analyze',
      phase: 'dual_write',
      title: `Refresh the statistics of ${table.name}`,
      sql: [
        `ANALYZE ${quoteName(table)} (${recast.news.map((column) => quoteIdent(column.name)).join(', ')})`,
      ],
      undo: [],
      locks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
      undoLocks: [],
      scans: true,
    }),
  ];
}
