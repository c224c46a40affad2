import type { Step } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import { fitIdentifier } from '../names';
import { alterTable, exclusiveOn, makeStep, type OperationContext } from '../plan-parts';
import { type Pair, pairConditions } from '../sync/pair';
import { inheritedAttributes, inheritedStorage, partitionAttributes } from './inherited-attributes';

/** The bare new column; taken out of use before it is dropped. */
export function addColumnStep(context: OperationContext, pair: Pair): Step {
  const { table } = context;
  const column = quoteIdent(pair.newName);
  const collation = pair.old.collation !== null && !pair.converts ? ` COLLATE ${pair.old.collation}` : '';
  const retiredName = fitIdentifier(`${pair.retiredName}_new`);
  const retired = quoteIdent(retiredName);
  // Asked when the functions of the conversion are gone.
  const down: Pair['down'] = { ...pair.down, onFailure: { kind: 'reject' } };
  const asRetired = pairConditions({ ...pair, down, newName: retiredName }, 't');
  return makeStep(context, {
    slug: 'add_column',
    phase: 'expand',
    title: pair.swaps
      ? `Add a column for the ${pair.spoken.fresh} to ${pair.table.name}`
      : `Add the column ${pair.newName} to ${pair.table.name}`,
    sql: [
      `${alterTable(table)} ADD COLUMN ${column} ${pair.newType}${collation}`,
      // Of a copy only: a change of type by ALTER TABLE forgets how values lie on the disk as well.
      ...(pair.converts ? [] : inheritedStorage(table, pair.old, pair.newName)),
      ...inheritedAttributes(table, pair.old, pair.newName),
      ...partitionAttributes(table, pair.old.name, pair.newName, !pair.converts),
    ],
    undo: [
      `${alterTable(table)} RENAME COLUMN ${column} TO ${retired}`,
      `${alterTable(table)} DROP COLUMN ${retired}`,
    ],
    locks: exclusiveOn(table),
    extra: {
      keep: {
        table: pair.table,
        column: pair.newName,
        retiredName,
        holdsValues: `t.${retired} IS NOT NULL AND (${asRetired.disagrees})`,
        retire: [`${alterTable(table)} RENAME COLUMN ${column} TO ${retired}`],
        bringBack: [`${alterTable(table)} RENAME COLUMN ${retired} TO ${column}`],
        drop: [`${alterTable(table)} DROP COLUMN ${retired}`],
      },
    },
  });
}
