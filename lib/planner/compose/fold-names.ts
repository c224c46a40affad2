import type { Operation } from '@/lib/core/operation';
import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';
import { nameBeside } from './name-beside';

type Added = Extract<Operation, { kind: 'add_unique' | 'add_check' | 'add_foreign_key' | 'add_index' }>;

const isAdded = (operation: Operation): operation is Added =>
  operation.kind === 'add_unique' ||
  operation.kind === 'add_check' ||
  operation.kind === 'add_foreign_key' ||
  operation.kind === 'add_index';

type Replaced = Extract<
  Operation,
  { kind: 'drop_constraint' | 'drop_index' | 'rename_constraint' | 'rename_index' }
>;

const isReplaced = (operation: Operation): operation is Replaced =>
  operation.kind === 'drop_constraint' ||
  operation.kind === 'drop_index' ||
  operation.kind === 'rename_constraint' ||
  operation.kind === 'rename_index';

/** The name that an operation leaves free. */
function freedName(operation: Replaced): string {
  if (operation.kind === 'drop_constraint') return operation.constraint;
  return operation.kind === 'drop_index' ? operation.index : operation.from;
}

/** Whether the later operation has to wait for the name: one that is an index needs it of the schema, the others of their table. */
const clash = (earlier: Replaced, later: Added): boolean =>
  later.kind === 'add_index' || later.kind === 'add_unique'
    ? true
    : earlier.kind === 'drop_constraint' || earlier.kind === 'rename_constraint';

const sameTable = (one: Operation, other: Operation): boolean =>
  'table' in one && 'table' in other && relationLabel(one.table) === relationLabel(other.table);

/** What leaves its name to an operation only after that has made something. */
export function freedFor(list: readonly Arranged[], later: Operation): Arranged | undefined {
  const freed = list.find(
    ({ operation: other, replaces }) =>
      isReplaced(other) &&
      isAdded(later) &&
      replaces === undefined &&
      freedName(other) === later.name &&
      clash(other, later) &&
      sameTable(other, later),
  );
  // In Add, where an index is renamed, nothing has been made yet.
  return freed?.operation.kind === 'rename_index' ? undefined : freed;
}

/**
 * A constraint or index that is dropped and made anew under its name is made beside it first: at no moment is there none. Then the
 * old one goes and the new one gets the name, whether it is the same sort of thing or not.
 */
export function foldNames(list: Arranged[], tag: string): Arranged[] {
  let folded: Arranged[] = [];
  for (const arranged of list) folded = withName(folded, arranged, tag);
  return folded;
}

function withName(folded: Arranged[], arranged: Arranged, tag: string): Arranged[] {
  const { operation } = arranged;
  if (operation.kind === 'rename_index' || operation.kind === 'rename_constraint')
    return [...folded, afterDropped(folded, arranged, operation.to)];
  const freed = isAdded(operation) ? freedFor(folded, operation) : undefined;
  if (freed === undefined || !isAdded(operation) || operation.name === undefined)
    return [...folded, arranged];
  const { name } = operation;
  const beside = nameBeside(tag, name);
  const { table } = operation;
  const rename: Operation =
    operation.kind === 'add_index'
      ? { kind: 'rename_index', table, from: beside, to: name }
      : { kind: 'rename_constraint', table, from: beside, to: name };
  const phase = freed.operation.kind === 'drop_index' ? 'contract' : 'switch';
  const first =
    freed.operation.kind === 'rename_constraint' ? freed : ({ ...freed, notBefore: phase } as const);
  return [
    ...folded.filter((each) => each !== freed),
    { ...arranged, operation: { ...operation, name: beside }, replaces: true },
    { ...first, replaces: true },
    { operation: rename, index: arranged.index, part: 'name', notBefore: phase, replaces: true },
  ];
}

/** A rename to the name of an index that is dropped waits until it is gone, at Retire. */
function afterDropped(folded: readonly Arranged[], arranged: Arranged, to: string): Arranged {
  const waits = folded.some(
    ({ operation: other }) =>
      other.kind === 'drop_index' && other.index === to && sameTable(other, arranged.operation),
  );
  return waits ? { ...arranged, notBefore: 'contract' } : arranged;
}
