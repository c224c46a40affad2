import type { OperationKind, OperationOf } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import type { PartitionRequest } from './partition-request';
import type { OperationContext, OperationPlan, PlanContext } from './plan-parts';
import { requireTable, requireUnpartitioned } from './refuse';

/** A part of a relation, or all of it. Two operations may share what both only read. */
export interface Touch {
  readonly relation: RelationName;
  /** "column name", "constraint name"…; null: the whole relation, whatever its parts. */
  readonly part: string | null;
  readonly changes: boolean;
}

/** All that the planner needs to know of one kind of operation. */
export interface OperationDefinition<K extends OperationKind> {
  /** Throws SegueError where it cannot be done safely. */
  readonly compile: (operation: OperationOf<K>, context: PlanContext) => OperationPlan;
  readonly touches: (operation: OperationOf<K>) => readonly Touch[];
  /** Relations to read beside its table. */
  readonly reads?: (operation: OperationOf<K>) => readonly RelationName[];
  /** Expressions whose functions are looked up. */
  readonly expressions?: (operation: OperationOf<K>) => readonly (string | undefined)[];
  readonly partitions?: (operation: OperationOf<K>) => readonly PartitionRequest[];
  readonly enums?: (operation: OperationOf<K>) => readonly RelationName[];
  /** Types as written. */
  readonly types?: (operation: OperationOf<K>) => readonly string[];
}

/** The compiler of an operation on a table that is there and that Segue can work on, partitioned or not. */
export function onAnyTable<O extends { readonly table: RelationName }>(
  compile: (operation: O, context: OperationContext) => OperationPlan,
): (operation: O, context: PlanContext) => OperationPlan {
  return (operation, context) =>
    compile(operation, { ...context, table: requireTable(context.catalog, operation.table) });
}

/** The same for an operation that an ordinary table alone can have. */
export function onTable<O extends { readonly table: RelationName }>(
  compile: (operation: O, context: OperationContext) => OperationPlan,
): (operation: O, context: PlanContext) => OperationPlan {
  return onAnyTable((operation, context) => {
    requireUnpartitioned(context.table);
    return compile(operation, context);
  });
}

/** Columns that an operation changes; two operations on one column would undo each other's work. */
export function changesColumns<O extends { readonly table: RelationName }>(
  columns: (operation: O) => readonly (string | undefined)[],
): (operation: O) => readonly Touch[] {
  return (operation) => touch(operation.table, 'column', columns(operation), true);
}

/** Parts of one sort of one relation, left out where there is no name. */
export function touch(
  relation: RelationName,
  sort: 'column' | 'constraint' | 'index',
  names: readonly (string | undefined)[],
  changes: boolean,
): Touch[] {
  return names.flatMap((name) =>
    name === undefined
      ? []
      : [{ relation, part: sort === 'column' ? `column ${name}` : `name ${name}`, changes }],
  );
}
