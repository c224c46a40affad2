import type { Operation, OperationKind } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';

/** What the screen calls each kind of operation. */
export const OPERATION_TITLES: Record<OperationKind, string> = {
  rename_column: 'Rename a column',
  add_column: 'Add a column',
  change_type: 'Change a type',
  drop_column: 'Remove a column',
  set_not_null: 'Set NOT NULL',
};

/** A table as people write it: the schema only where it is not public. */
export function tableInWords(table: RelationName): string {
  return table.schema === 'public' ? table.name : `${table.schema}.${table.name}`;
}

/** One operation in one line: "users: rename name to full_name". */
export function operationInWords(operation: Operation): string {
  const table = tableInWords(operation.table);
  switch (operation.kind) {
    case 'rename_column':
      return `${table}: rename ${operation.from} to ${operation.to}`;
    case 'add_column':
      return `${table}: add ${operation.column} ${operation.type}${operation.nullable ? '' : ' NOT NULL'}`;
    case 'change_type':
      return `${table}: change ${operation.column} to ${operation.type}${operation.to ? ` as ${operation.to}` : ''}`;
    case 'drop_column':
      return `${table}: remove ${operation.column}`;
    case 'set_not_null':
      return `${table}: make ${operation.column} NOT NULL`;
  }
}
