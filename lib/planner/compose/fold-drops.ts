import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';

/** A constraint goes before a column of its table does, so that the column's way back need not know it. */
export function foldDrops(list: Arranged[]): Arranged[] {
  const isLate = ({ operation }: Arranged, at: number): boolean =>
    operation.kind === 'drop_constraint' &&
    list
      .slice(0, at)
      .some(
        ({ operation: other }) =>
          other.kind === 'drop_column' && relationLabel(other.table) === relationLabel(operation.table),
      );
  const late = list.filter(isLate);
  return [...late, ...list.filter((each) => !late.includes(each))];
}
