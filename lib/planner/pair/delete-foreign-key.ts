import type { Step } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import type { ForeignKey } from '../catalog';
import { alterTable, exclusiveOn, makeStep, type OperationContext, relationLabel } from '../plan-parts';

/** Drops a foreign key in Delete, in a transaction of its own: it locks both tables. */
export function deleteForeignKey(
  context: OperationContext,
  key: Pick<ForeignKey, 'name' | 'references'>,
  title: string,
): Step {
  const { table } = context;
  const parent = relationLabel(key.references) === relationLabel(table) ? [] : exclusiveOn(key.references);
  return makeStep(context, {
    slug: `foreign_key.${key.name}`,
    phase: 'purge',
    title,
    sql: [`${alterTable(table)} DROP CONSTRAINT ${quoteIdent(key.name)}`],
    undo: [],
    locks: [...exclusiveOn(table), ...parent],
    undoLocks: [],
  });
}
