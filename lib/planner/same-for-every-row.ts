import type { Operation } from '@/lib/core/operation';
import { parseExpression } from '@/lib/sql/expression';
import { parseIndexKeys } from '@/lib/sql/index-keys';
import { relationLabel } from './plan-parts';

/** True for an expression that gives every row one value, which is not NULL. */
function isSameForEveryRow(expression: string | undefined): boolean {
  if (expression === undefined || /^[\s(]*null\b/i.test(expression)) return false;
  const { columns, functions, hasSubquery, readsClock } = parseExpression(expression);
  return columns.length === 0 && functions.length === 0 && !hasSubquery && !readsClock;
}

/** The columns of which an operation makes the values unique in all rows; null: it is none that does. */
function uniqueOver(operation: Operation): readonly string[] | null {
  if (operation.kind === 'add_unique') return operation.columns;
  if (operation.kind !== 'add_index' || !operation.unique || operation.where !== undefined) return null;
  return operation.columns ?? parseIndexKeys(operation.keys ?? '').columns;
}

/** What gives every row of a new column one value, although another operation makes the column unique; null: nothing does. */
export function sameInUnique(operation: Operation, others: readonly Operation[]): 'default' | 'value' | null {
  if (operation.kind !== 'add_column') return null;
  const { table, column } = operation;
  const isUnique = others.some((other) => {
    const columns = uniqueOver(other);
    return (
      columns !== null &&
      'table' in other &&
      relationLabel(other.table) === relationLabel(table) &&
      columns.length > 0 &&
      columns.every((each) => each === column)
    );
  });
  if (!isUnique) return null;
  if (isSameForEveryRow(operation.default)) return 'default';
  return isSameForEveryRow(operation.value) ? 'value' : null;
}
