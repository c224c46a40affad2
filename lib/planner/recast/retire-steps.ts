import type { Step } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import { alterTable, exclusiveOn, makeStep, type OperationContext } from '../plan-parts';
import { type PresentNames, type Recast, recastFunctions, recastSync, recastTriggers } from '../sync/recast';
import { listed } from './listed';
import { recastProofs } from './sync-steps';

/** One old column after the other is renamed away, each with the function that knows it under its new name. */
export function retireSteps(context: OperationContext, recast: Recast): Step[] {
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

/** Delete: the old columns, and everything that fed them. */
export function deleteStep(context: OperationContext, recast: Recast): Step {
  const { table } = context;
  return makeStep(context, {
    slug: 'drop',
    phase: 'purge',
    title: `Delete the retired ${listed(recast.olds)}`,
    sql: [
      ...recastTriggers(recast).undo,
      ...recastFunctions(recast).undo,
      ...recastProofs(context, recast).map((proof) => proof.drop),
      ...recast.olds.map((column) => `${alterTable(table)} DROP COLUMN ${quoteIdent(column.retiredName)}`),
    ],
    undo: [],
    locks: exclusiveOn(table),
    undoLocks: [],
  });
}
