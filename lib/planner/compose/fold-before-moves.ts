import type { Operation } from '@/lib/core/operation';
import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';

type Kept = Extract<
  Operation,
  { kind: 'drop_index' | 'drop_constraint' | 'rename_index' | 'rename_constraint' }
>;

const isAboutOld = (operation: Operation): operation is Kept =>
  operation.kind === 'drop_index' ||
  operation.kind === 'drop_constraint' ||
  operation.kind === 'rename_index' ||
  operation.kind === 'rename_constraint';

const droppedName = (operation: Operation): readonly string[] => {
  if (operation.kind === 'drop_index') return [operation.index];
  return operation.kind === 'drop_constraint' ? [operation.constraint] : [];
};

/** A column that another one of another name takes the place of. */
const moves = ({ operation }: Arranged): boolean =>
  operation.kind === 'rename_column' ||
  (operation.kind === 'change_type' && operation.to !== undefined && operation.to !== operation.column);

/** A column that one of another type takes the place of under its own name. */
const swaps = (each: Arranged): boolean =>
  each.operation.kind === 'replace_enum' || (each.operation.kind === 'change_type' && !moves(each));

const sameTable = (one: Operation, other: Operation): boolean =>
  'table' in one && 'table' in other && relationLabel(one.table) === relationLabel(other.table);

/**
 * What is dropped or gets another name comes before the column that it may be over is replaced: so its way back finds the column as
 * it was, the column's clones have the last name, and what goes is not cloned.
 */
export function foldBeforeMoves(list: Arranged[]): Arranged[] {
  let folded: Arranged[] = [];
  for (const arranged of list) {
    const at =
      isAboutOld(arranged.operation) && arranged.part === undefined
        ? folded.findIndex((each) => moves(each) && sameTable(each.operation, arranged.operation))
        : -1;
    if (at < 0) {
      folded = [...folded, arranged];
      continue;
    }
    // A column that keeps its name takes its indexes along: it goes first still.
    const swapped = folded
      .slice(at)
      .filter((each) => swaps(each) && sameTable(each.operation, arranged.operation));
    const behind = folded.slice(at).filter((each) => !swapped.includes(each));
    folded = [...folded.slice(0, at), ...swapped, arranged, ...behind];
  }
  return folded.map((arranged) => {
    if (!moves(arranged)) return arranged;
    const without = list.flatMap(({ operation }) =>
      sameTable(operation, arranged.operation) ? droppedName(operation) : [],
    );
    return without.length === 0 ? arranged : { ...arranged, wishes: { ...arranged.wishes, without } };
  });
}
