import type { KeyColumn } from '@/lib/core/plan';
import { type OperationContext, relationLabel } from './plan-parts';

/** A table's key as it is once columns of it have swapped names with those of a new type. */
export function keyAfterSwap(
  { retyped, table }: Pick<OperationContext, 'retyped' | 'table'>,
  key: readonly KeyColumn[],
): readonly KeyColumn[] {
  const label = relationLabel(table);
  return key.map((column) => ({ ...column, type: retyped?.get(`${label}.${column.name}`) ?? column.type }));
}
