import type { KeyColumn } from '@/lib/core/plan';
import { type OperationContext, relationLabel } from './plan-parts';

type Changes = Pick<OperationContext, 'retyped' | 'renamed' | 'table'>;

/** A table's key as it is once columns of it have swapped names with those of a new type. */
export function keyAfterSwap({ retyped, table }: Changes, key: readonly KeyColumn[]): readonly KeyColumn[] {
  const label = relationLabel(table);
  return key.map((column) => ({ ...column, type: retyped?.get(`${label}.${column.name}`) ?? column.type }));
}

/** The same once columns that others have taken the place of are retired. */
export function keyAfterRetire(changes: Changes, key: readonly KeyColumn[]): readonly KeyColumn[] {
  const label = relationLabel(changes.table);
  return keyAfterSwap(changes, key).map((column) => ({
    ...column,
    name: changes.renamed?.get(`${label}.${column.name}`) ?? column.name,
  }));
}
