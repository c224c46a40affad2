import type { Operation } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import { freshName } from '../names';
import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;
type Replacing = Of<'change_type' | 'replace_enum'>;

const isReplacing = (operation: Operation): operation is Replacing =>
  operation.kind === 'change_type' || operation.kind === 'replace_enum';

/** The name that the column has in the end. */
const nameAfter = (operation: Replacing): string =>
  operation.kind === 'change_type' ? (operation.to ?? operation.column) : operation.column;

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
function wishOf(earlier: Operation, later: Operation): Arranged['wishes'] | null {
  if (!isReplacing(earlier) || !sameTable(earlier, later) || !('column' in later)) return null;
  if (later.column !== nameAfter(earlier)) return null;
  if (later.kind === 'set_default') return { default: later.default };
  if (later.kind === 'drop_default') return { default: null };
  const swaps = earlier.kind === 'change_type' && nameAfter(earlier) === earlier.column;
  if (later.kind === 'set_not_null' && later.value !== undefined && swaps) return { notNull: later.value };
  return null;
}

/** What may as well be done before the column is replaced, said of the column as it is then. */
function movedBefore(earlier: Operation, later: Operation): Operation | null {
  if (!sameTable(earlier, later)) return null;
  if (isReplacing(earlier) && later.kind === 'drop_not_null' && later.column === nameAfter(earlier))
    return { ...later, column: earlier.column };
  if (
    earlier.kind === 'rename_column' &&
    (later.kind === 'drop_not_null' || later.kind === 'set_default') &&
    later.column === earlier.to
  )
    return { ...later, column: earlier.from };
  return null;
}

/** An index or constraint over a column that is being replaced under its own name, over the column that takes its place. */
function overFresh(earlier: Operation, later: Operation, tag: string): Operation | null {
  if (!isReplacing(earlier) || nameAfter(earlier) !== earlier.column || !sameTable(earlier, later))
    return null;
  const name = earlier.column;
  const fresh = freshName(tag, name);
  const map = (columns: readonly string[]) => columns.map((column) => (column === name ? fresh : column));
  switch (later.kind) {
    case 'add_foreign_key':
      return later.columns.includes(name) ? { ...later, columns: map(later.columns), index: false } : null;
    case 'add_unique':
      return later.columns.includes(name)
        ? { ...later, columns: map(later.columns), name: later.name ?? usualName(later, 'key') }
        : null;
    case 'add_index':
      return later.keys === undefined && later.where === undefined && later.columns?.includes(name) === true
        ? {
            ...later,
            columns: map(later.columns),
            name: later.name ?? usualName(later, later.unique ? 'key' : 'idx'),
          }
        : null;
    case 'add_check':
      return parseExpression(later.check).columns.some((column) => column.name === name)
        ? { ...later, check: renamed(later.check, name, fresh) ?? later.check }
        : null;
    default:
      return null;
  }
}

const usualName = (
  {
    table,
    columns = [],
  }: { readonly table: { readonly name: string }; readonly columns?: readonly string[] | undefined },
  suffix: string,
): string => [table.name, ...columns, suffix].join('_');

/** The index that an operation builds, by name. */
const builtIndex = (operation: Operation): readonly string[] =>
  (operation.kind === 'add_index' || operation.kind === 'add_unique') && operation.name !== undefined
    ? [operation.name]
    : [];

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

function withColumn(folded: Arranged[], arranged: Arranged, tag: string): Arranged[] {
  const { operation } = arranged;
  const replace = (at: number, by: readonly Arranged[]) => [
    ...folded.slice(0, at),
    ...by,
    ...folded.slice(at + 1),
  ];
  for (const [at, earlier] of folded.entries()) {
    const merged = renameAndType(earlier.operation, operation);
    if (merged !== null) return replace(at, [{ ...earlier, operation: merged }]);
    const wish = wishOf(earlier.operation, operation);
    if (wish !== null) return replace(at, [{ ...earlier, wishes: { ...earlier.wishes, ...wish } }]);
    const before = movedBefore(earlier.operation, operation);
    if (before !== null) return replace(at, [{ ...arranged, operation: before }, earlier]);
    if (overridden(earlier.operation, operation)) return [...replace(at, []), arranged];
    // The new default, and none until then, go with the column that takes the old one's place.
    if (
      earlier.operation.kind === 'drop_default' &&
      isReplacing(operation) &&
      sameTable(earlier.operation, operation) &&
      earlier.operation.column === operation.column
    )
      return [...replace(at, []), { ...arranged, wishes: { default: null } }];
  }
  const takesName = folded.some(
    ({ operation: other }) =>
      (other.kind === 'drop_index' && builtIndex(operation).includes(other.index)) ||
      (other.kind === 'drop_constraint' && builtIndex(operation).includes(other.constraint)),
  );
  for (const [at, earlier] of takesName ? [] : folded.entries()) {
    const over = overFresh(earlier.operation, operation, tag);
    if (over === null) continue;
    const indexes = [...(earlier.wishes?.indexes ?? []), ...builtIndex(over)];
    const wishing = { ...earlier, wishes: { ...earlier.wishes, indexes } };
    return withColumn(replace(at, [wishing]), { ...arranged, operation: over }, tag);
  }
  return [...folded, arranged];
}
