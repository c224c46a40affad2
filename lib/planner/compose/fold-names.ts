import type { Operation } from '@/lib/core/operation';
import { fitIdentifier } from '../names';
import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';

type Added = Extract<Operation, { kind: 'add_unique' | 'add_check' | 'add_foreign_key' | 'add_index' }>;

const isAdded = (operation: Operation): operation is Added =>
  operation.kind === 'add_unique' ||
  operation.kind === 'add_check' ||
  operation.kind === 'add_foreign_key' ||
  operation.kind === 'add_index';

/** What an operation drops, by name. */
const droppedName = (operation: Operation): string | null =>
  operation.kind === 'drop_constraint'
    ? operation.constraint
    : operation.kind === 'drop_index'
      ? operation.index
      : null;

const sortOf = (operation: Operation): 'index' | 'constraint' =>
  operation.kind === 'drop_index' || operation.kind === 'add_index' ? 'index' : 'constraint';

/**
 * A constraint or index that is dropped and made anew under its name is made beside it first: at no moment is there none. Then the
 * old one goes and the new one gets the name.
 */
export function foldNames(list: Arranged[], tag: string): Arranged[] {
  let folded: Arranged[] = [];
  for (const arranged of list) folded = withName(folded, arranged, tag);
  return folded;
}

function withName(folded: Arranged[], arranged: Arranged, tag: string): Arranged[] {
  const { operation } = arranged;
  const name = isAdded(operation) ? operation.name : undefined;
  const dropped = folded.find(
    ({ operation: other, replaces }) =>
      name !== undefined &&
      replaces === undefined &&
      droppedName(other) === name &&
      sortOf(other) === sortOf(operation) &&
      'table' in other &&
      'table' in operation &&
      relationLabel(other.table) === relationLabel(operation.table),
  );
  if (dropped === undefined || !isAdded(operation) || name === undefined) return [...folded, arranged];
  const beside = fitIdentifier(`segue_new_${tag}_${name}`);
  const { table } = operation;
  const isIndex = operation.kind === 'add_index';
  const rename: Operation = isIndex
    ? { kind: 'rename_index', table, from: beside, to: name }
    : { kind: 'rename_constraint', table, from: beside, to: name };
  const phase = isIndex ? 'contract' : 'switch';
  return [
    ...folded.filter((each) => each !== dropped),
    { ...arranged, operation: { ...operation, name: beside }, replaces: true },
    { ...dropped, notBefore: phase, replaces: true },
    { operation: rename, index: arranged.index, part: 'name', notBefore: phase, replaces: true },
  ];
}
