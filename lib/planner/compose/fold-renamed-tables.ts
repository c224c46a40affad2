import type { Operation, OperationKind } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import { parseTableDefinition } from '@/lib/sql/statements';
import { freeStatements } from '../operations/free-sql';
import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';

type Renaming = Extract<Operation, { kind: 'rename_table' }>;

/** Columns swap places under one name, beneath the view, which goes on reading the old one. */
const swaps = (operation: Operation): boolean =>
  operation.kind === 'replace_enum' ||
  (operation.kind === 'change_type' && (operation.to === undefined || operation.to === operation.column));

/** Operations that give another column the place of one that is there. */
const MOVES: ReadonlySet<OperationKind> = new Set([
  'rename_column',
  'drop_column',
  'change_type',
  'split_column',
  'merge_columns',
  'replace_primary_key',
]);

/** SQL whose names of tables stand as they are. */
const isWritten = ({ kind }: Operation): boolean => kind === 'free_sql' || kind === 'create_table';

/** The relations that an operation names, with their schema where it is known. */
function namedBy(operation: Operation): readonly { readonly schema: string | null; readonly name: string }[] {
  if (operation.kind === 'create_table')
    return parseTableDefinition(operation.definition, operation.also).parents;
  if (operation.kind === 'free_sql') {
    const { up, down } = freeStatements(operation);
    return [...(operation.tables ?? []), ...[...up, ...down].flatMap(({ relations }) => relations)];
  }
  return [
    ...('table' in operation ? [operation.table] : []),
    ...('references' in operation ? [operation.references] : []),
    ...('partition' in operation ? [operation.partition] : []),
  ];
}

const names = (operation: Operation, { schema, name }: RelationName): boolean =>
  namedBy(operation).some((each) => each.name === name && (each.schema === null || each.schema === schema));

/** The operation with one table under another name. */
function renamedIn(operation: Operation, from: RelationName, to: RelationName): Operation {
  const own = (relation: RelationName) => (relationLabel(relation) === relationLabel(from) ? to : relation);
  return {
    ...operation,
    ...('table' in operation ? { table: own(operation.table) } : {}),
    ...('references' in operation ? { references: own(operation.references) } : {}),
    ...('partition' in operation ? { partition: own(operation.partition) } : {}),
  } as Operation;
}

/**
 * A table that is renamed and changed in one transition gets its new name first, in Add, with the view under the old one: all others
 * know it by the new name.
 */
export function foldRenamedTables(list: Arranged[]): Arranged[] {
  return list.reduce(
    (folded, { operation, index }) =>
      operation.kind === 'rename_table' ? early(folded, operation, index) : folded,
    list,
  );
}

function early(list: Arranged[], renaming: Renaming, index: number): Arranged[] {
  const from: RelationName = renaming.table;
  const to: RelationName = { schema: from.schema, name: renaming.to };
  const at = list.findIndex((each) => each.index === index);
  const own = list[at];
  const others = list.filter(
    ({ operation }) => operation !== renaming && (names(operation, from) || names(operation, to)),
  );
  const whole = others.some(
    ({ operation }) => operation.kind === 'rename_table' || operation.kind === 'drop_table',
  );
  if (own === undefined || others.length === 0 || whole) return list;
  const before = list.slice(0, at);
  const written = before.filter(({ operation }) => isWritten(operation));
  const has = (fits: (operation: Operation) => boolean) => others.some(({ operation }) => fits(operation));
  const how = has(swaps) ? 'swaps' : has(({ kind }) => MOVES.has(kind)) ? 'moves' : 'adds';
  return [
    ...written,
    { ...own, early: how },
    ...before
      .filter(({ operation }) => !isWritten(operation))
      .map((each) => ({ ...each, operation: renamedIn(each.operation, from, to) })),
    ...list.slice(at + 1),
  ];
}
