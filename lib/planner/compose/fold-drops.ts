import type { Operation } from '@/lib/core/operation';
import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';

const sameTable = (one: Operation, other: Operation): boolean =>
  'table' in one && 'table' in other && relationLabel(one.table) === relationLabel(other.table);

const REPLACES: readonly Operation['kind'][] = ['change_type', 'replace_enum', 'rename_column'];

/**
 * A constraint goes before a column of its table does, so that the column's way back need not know it; and before any column is
 * replaced, so that it does not come along.
 */
export function foldDrops(list: Arranged[]): Arranged[] {
  const isLate = ({ operation }: Arranged, at: number): boolean =>
    operation.kind === 'drop_constraint' &&
    list
      .slice(0, at)
      .some(
        ({ operation: other }) =>
          (other.kind === 'drop_column' && sameTable(other, operation)) || REPLACES.includes(other.kind),
      );
  const late = list.filter(isLate);
  return [...late, ...list.filter((each) => !late.includes(each))];
}
