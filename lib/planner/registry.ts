import type { Operation, OperationKind, OperationOf } from '@/lib/core/operation';
import { addColumn } from './operations/add-column';
import { changeType } from './operations/change-type';
import { dropColumn } from './operations/drop-column';
import { renameColumn } from './operations/rename-column';
import { setNotNull } from './operations/set-not-null';
import type { OperationContext, OperationPlan } from './plan-parts';

type Compiler<K extends OperationKind> = (
  operation: OperationOf<K>,
  context: OperationContext,
) => OperationPlan;

/** Every operation, one line each. A kind without a compiler does not compile. */
const OPERATIONS: { readonly [K in OperationKind]: Compiler<K> } = {
  add_column: addColumn,
  rename_column: renameColumn,
  drop_column: dropColumn,
  change_type: changeType,
  set_not_null: setNotNull,
};

/** Compiles one operation. Throws SegueError where it cannot be done safely. */
export function compileOperation(operation: Operation, context: OperationContext): OperationPlan {
  switch (operation.kind) {
    case 'add_column':
      return OPERATIONS.add_column(operation, context);
    case 'rename_column':
      return OPERATIONS.rename_column(operation, context);
    case 'drop_column':
      return OPERATIONS.drop_column(operation, context);
    case 'change_type':
      return OPERATIONS.change_type(operation, context);
    case 'set_not_null':
      return OPERATIONS.set_not_null(operation, context);
  }
}
