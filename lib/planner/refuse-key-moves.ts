import { SegueError } from '@/lib/core/errors';
import { quoteIdent } from '@/lib/core/sql-text';
import { type Catalog, findTable } from './catalog';
import type { Compiled } from './compose/compile-all';
import { type OperationPlan, relationLabel } from './plan-parts';

/** True where what an operation leaves at Retire, or asks afterwards, finds rows by a column. */
function findsRowsBy(column: string, { phases }: OperationPlan): boolean {
  const written = (phases.contract?.steps ?? []).flatMap(({ sql }) => sql);
  const checks = [...(phases.contract?.rollbackChecks ?? []), ...(phases.purge?.entryChecks ?? [])];
  return (
    written.some((sql) => sql.includes(`NEW.${quoteIdent(column)}`)) ||
    checks.some(({ work }) => 'key' in work && work.key.some(({ name }) => name === column))
  );
}

/** A column of a table's key is retired under another name: nothing else may still record rows by the old one. */
export function refuseKeyMoves(compiled: readonly Compiled[], catalog: Catalog): void {
  for (const { operation, index } of compiled) {
    if (operation.kind !== 'rename_column') continue;
    const label = relationLabel(operation.table);
    const isKey = findTable(catalog, operation.table)?.key?.some(({ name }) => name === operation.from);
    if (isKey !== true) continue;
    const other = compiled.find(
      (each) =>
        each.index !== index &&
        'table' in each.operation &&
        relationLabel(each.operation.table) === label &&
        findsRowsBy(operation.from, each.plan),
    );
    if (other === undefined) continue;
    throw new SegueError(
      'invalid_input',
      `Operation ${index + 1} renames "${label}.${operation.from}", by which operation ${other.index + 1} records rows.`,
      {
        object: `${label}.${operation.from}`,
        next: 'Put them into two transitions, one after the other.',
      },
    );
  }
}
