import type { Operation, OperationKind, OperationOf } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import type { OperationDefinition, Touch } from './operation-definition';
import { addCheck } from './operations/add-check';
import { addColumn } from './operations/add-column';
import { addExclusion } from './operations/add-exclusion';
import { addForeignKey } from './operations/add-foreign-key';
import { addGeneratedColumn } from './operations/add-generated-column';
import { addIdentity } from './operations/add-identity';
import { addIndex } from './operations/add-index';
import { addUnique } from './operations/add-unique';
import { attachPartition } from './operations/attach-partition';
import { changeType } from './operations/change-type';
import { createEnum } from './operations/create-enum';
import { createTable } from './operations/create-table';
import { deleteRows } from './operations/delete-rows';
import { detachPartition } from './operations/detach-partition';
import { dropColumn } from './operations/drop-column';
import { dropConstraint } from './operations/drop-constraint';
import { dropDefault } from './operations/drop-default';
import { dropIndex } from './operations/drop-index';
import { dropNotNull } from './operations/drop-not-null';
import { dropTable } from './operations/drop-table';
import { enumAddValue } from './operations/enum-add-value';
import { freeSql } from './operations/free-sql';
import { renameColumn } from './operations/rename-column';
import { renameConstraint } from './operations/rename-constraint';
import { renameIndex } from './operations/rename-index';
import { renameTable } from './operations/rename-table';
import { replaceEnum } from './operations/replace-enum';
import { replacePrimaryKey } from './operations/replace-primary-key';
import { setDefault } from './operations/set-default';
import { setNotNull } from './operations/set-not-null';
import { mergeColumns, splitColumn } from './operations/split-column';
import { updateRows } from './operations/update-rows';
import type { PartitionRequest } from './partition-request';
import type { OperationPlan, PlanContext } from './plan-parts';

type Definitions = { readonly [K in OperationKind]: OperationDefinition<K> };

/** Every operation. A kind without a definition does not compile. */
const OPERATIONS: Definitions = {
  add_column: addColumn,
  rename_column: renameColumn,
  drop_column: dropColumn,
  change_type: changeType,
  set_not_null: setNotNull,
  add_index: addIndex,
  add_unique: addUnique,
  add_check: addCheck,
  add_foreign_key: addForeignKey,
  add_exclusion: addExclusion,
  drop_index: dropIndex,
  drop_constraint: dropConstraint,
  rename_index: renameIndex,
  rename_constraint: renameConstraint,
  set_default: setDefault,
  drop_default: dropDefault,
  drop_not_null: dropNotNull,
  add_generated_column: addGeneratedColumn,
  create_enum: createEnum,
  enum_add_value: enumAddValue,
  create_table: createTable,
  rename_table: renameTable,
  drop_table: dropTable,
  add_identity: addIdentity,
  free_sql: freeSql,
  replace_primary_key: replacePrimaryKey,
  replace_enum: replaceEnum,
  attach_partition: attachPartition,
  detach_partition: detachPartition,
  split_column: splitColumn,
  merge_columns: mergeColumns,
  update_rows: updateRows,
  delete_rows: deleteRows,
};

/** The kind tells which of the definitions it is: TypeScript cannot see that the two go together. */
function definitionOf<K extends OperationKind>(operation: OperationOf<K>): OperationDefinition<K> {
  return OPERATIONS[operation.kind as K];
}

/** Compiles one operation. Throws SegueError where it cannot be done safely. */
export function compileOperation(operation: Operation, context: PlanContext): OperationPlan {
  return definitionOf(operation).compile(operation, context);
}

/** The parts of the database that an operation changes or counts on. */
export function touchesOf(operation: Operation): readonly Touch[] {
  return definitionOf(operation).touches(operation);
}

/** The relations that must be read to plan an operation; some may not be there yet. */
export function relationsOf(operation: Operation): readonly RelationName[] {
  const own = 'table' in operation ? [operation.table] : [];
  return [...own, ...(definitionOf(operation).reads?.(operation) ?? [])];
}

/** Expressions that the operations bring, for looking their functions up. */
export function expressionsOf(operations: readonly Operation[]): string[] {
  return operations.flatMap((operation) =>
    (definitionOf(operation).expressions?.(operation) ?? []).filter((text) => text !== undefined),
  );
}

/** Types that the operations name. */
export function typesOf(operations: readonly Operation[]): string[] {
  return operations.flatMap((operation) => definitionOf(operation).types?.(operation) ?? []);
}

/** Enum types that the operations name. */
export function enumsOf(operations: readonly Operation[]): RelationName[] {
  return operations.flatMap((operation) => definitionOf(operation).enums?.(operation) ?? []);
}

/** Partitions whose rules the operations need. */
export function partitionsOf(operations: readonly Operation[]): PartitionRequest[] {
  return operations.flatMap((operation) => definitionOf(operation).partitions?.(operation) ?? []);
}
