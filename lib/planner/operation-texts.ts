import type { Operation } from '@/lib/core/operation';

function textsOf(operation: Operation): readonly (string | undefined)[] {
  switch (operation.kind) {
    case 'add_column':
      return [operation.default, operation.value];
    case 'change_type':
      return [
        operation.up,
        operation.down,
        /^(reject|quarantine)$/.test(operation.onFailure ?? '') ? undefined : operation.onFailure,
      ];
    case 'drop_column':
      return [operation.restore];
    case 'set_not_null':
      return [operation.value];
    case 'rename_column':
      return [];
  }
}

/** Expressions that the operations bring, for looking their functions up. */
export function expressionsOf(operations: readonly Operation[]): string[] {
  return operations.flatMap((operation) => textsOf(operation).filter((text) => text !== undefined));
}

/** Types that the operations name. */
export function typesOf(operations: readonly Operation[]): string[] {
  return operations.flatMap((operation) =>
    operation.kind === 'add_column' || operation.kind === 'change_type' ? [operation.type] : [],
  );
}
