import type { Operation } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import { freshName } from '../names';
import { relationLabel } from '../plan-parts';
import type { Arranged, ColumnWishes } from './arranged';
import { freedFor } from './fold-names';
import { nameBeside } from './name-beside';
import { overFresh } from './over-fresh';

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;
type Replacing = Of<'change_type' | 'replace_enum' | 'rename_column'>;

const isReplacing = (operation: Operation): operation is Replacing =>
  operation.kind === 'change_type' || operation.kind === 'replace_enum' || operation.kind === 'rename_column';

/** The names that the column has before and in the end. */
function namesOf(operation: Replacing): { readonly from: string; readonly to: string } {
  if (operation.kind === 'rename_column') return operation;
  const { column } = operation;
  return { from: column, to: operation.kind === 'change_type' ? (operation.to ?? column) : column };
}

const sameTable = (one: Operation, other: Operation): boolean =>
  'table' in one && 'table' in other && relationLabel(one.table) === relationLabel(other.table);

const renamed = (expression: string | undefined, from: string, to: string): string | undefined =>
  expression === undefined
    ? undefined
    : replaceColumns(parseExpression(expression), (name) => (name === from ? quoteIdent(to) : null));

/** A rename and a change of type of one column are one change of type under another name. */
function renameAndType(earlier: Operation, later: Operation): Operation | null {
  if (!sameTable(earlier, later)) return null;
  if (
    earlier.kind === 'rename_column' &&
    later.kind === 'change_type' &&
    later.column === earlier.to &&
    later.to === undefined
  )
    return {
      ...later,
      ...(earlier.keepNames === undefined ? {} : { keepNames: earlier.keepNames }),
      column: earlier.from,
      to: earlier.to,
      up: renamed(later.up, earlier.to, earlier.from),
    };
  if (
    earlier.kind === 'change_type' &&
    earlier.to === undefined &&
    later.kind === 'rename_column' &&
    later.from === earlier.column
  )
    return {
      ...earlier,
      ...(later.keepNames === undefined ? {} : { keepNames: later.keepNames }),
      to: later.to,
      down: renamed(earlier.down, earlier.column, later.to),
    };
  return null;
}

/** What a later operation says of a column that an earlier one replaces, as a wish of that one. */
function wishOf(earlier: Operation, later: Operation): ColumnWishes | null {
  if (!isReplacing(earlier) || !sameTable(earlier, later) || !('column' in later)) return null;
  if (later.column !== namesOf(earlier).to) return null;
  // A rename gives the column's own default over, so old code gets the new one as well.
  if (later.kind === 'set_default' && earlier.kind !== 'rename_column') return { default: later.default };
  if (later.kind === 'drop_default') return { default: null };
  if (later.kind === 'set_not_null' && later.value !== undefined)
    return { notNull: { value: later.value, of: earlier.kind === 'rename_column' ? 'old' : 'new' } };
  return null;
}

/** What an earlier operation says of a column that a later one replaces, where the old column cannot have it by itself. */
function wishBefore(earlier: Operation, later: Operation): ColumnWishes | null {
  if (!isReplacing(later) || !sameTable(earlier, later) || !('column' in earlier)) return null;
  if (earlier.column !== namesOf(later).from) return null;
  // The new default, and none until then, go with the column that takes the old one's place.
  if (earlier.kind === 'drop_default') return { default: null };
  if (earlier.kind === 'set_not_null' && earlier.value !== undefined)
    return { notNull: { value: earlier.value, of: 'old' } };
  return null;
}

/** What may as well be done before the column is replaced, said of the column as it is then. */
function movedBefore(earlier: Operation, later: Operation): Operation | null {
  if (!isReplacing(earlier) || !sameTable(earlier, later)) return null;
  const { from, to } = namesOf(earlier);
  const early =
    later.kind === 'drop_not_null' || (later.kind === 'set_default' && earlier.kind === 'rename_column');
  return early && later.column === to ? { ...later, column: from } : null;
}

/** A default that is dropped and set again, or set twice: the last word counts. */
const overridden = (earlier: Operation, later: Operation): boolean =>
  (earlier.kind === 'drop_default' || earlier.kind === 'set_default') &&
  (later.kind === 'set_default' || (later.kind === 'drop_default' && earlier.kind === 'drop_default')) &&
  sameTable(earlier, later) &&
  earlier.column === later.column;

/** Brings together what several operations say of one column. */
export function foldColumns(list: Arranged[], tag: string): Arranged[] {
  let folded: Arranged[] = [];
  for (const arranged of list) folded = withColumn(folded, arranged, tag);
  return folded;
}

function withColumn(folded: Arranged[], given: Arranged, tag: string): Arranged[] {
  let arranged = given;
  const { operation } = given;
  const replace = (at: number, by: readonly Arranged[]) => [
    ...folded.slice(0, at),
    ...by,
    ...folded.slice(at + 1),
  ];
  for (const [at, earlier] of folded.entries()) {
    const merged = renameAndType(earlier.operation, operation);
    if (merged !== null)
      return replace(at, [{ ...earlier, operation: merged, ...wishes(earlier, arranged) }]);
    const wish = wishOf(earlier.operation, operation);
    if (wish !== null) return replace(at, [{ ...earlier, ...wishes(earlier, { wishes: wish }) }]);
    const before = movedBefore(earlier.operation, operation);
    if (before !== null) return replace(at, [{ ...arranged, operation: before }, earlier]);
    if (overridden(earlier.operation, operation)) return [...replace(at, []), arranged];
  }
  for (const earlier of [...folded]) {
    const wish = wishBefore(earlier.operation, operation);
    if (wish === null) continue;
    folded = folded.filter((each) => each !== earlier);
    arranged = { ...arranged, ...wishes(arranged, { wishes: wish }) };
  }
  return withReader(folded, arranged, tag);
}

const wishes = (one: Pick<Arranged, 'wishes'>, other: Pick<Arranged, 'wishes'>): Pick<Arranged, 'wishes'> => {
  const both = { ...one.wishes, ...other.wishes };
  return Object.keys(both).length === 0 ? {} : { wishes: both };
};

/** An index or constraint over columns that are being replaced under their own names is made over those that take their place. */
function withReader(folded: Arranged[], given: Arranged, tag: string): Arranged[] {
  let list = folded;
  let arranged = given;
  const takesName = freedFor(folded, given.operation) !== undefined;
  for (const earlier of folded) {
    const { operation } = earlier;
    if (!isReplacing(operation) || operation.kind === 'rename_column') continue;
    if (namesOf(operation).to !== operation.column) continue;
    const over = overFresh(operation, arranged.operation, freshName(tag, operation.column));
    if (over === null) continue;
    // What takes over the name of something that goes has a name of Segue's own until then.
    const index = over.index === null || !takesName ? over.index : nameBeside(tag, over.index);
    const indexes = [...(earlier.wishes?.indexes ?? []), ...(index === null ? [] : [index])];
    list = list.map((each) =>
      each === earlier ? { ...each, ...wishes(each, { wishes: { indexes } }) } : each,
    );
    arranged = { ...arranged, operation: over.operation };
  }
  return [...list, arranged];
}
