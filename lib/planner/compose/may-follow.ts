import type { Operation, OperationKind } from '@/lib/core/operation';

/** Operations whose work on a part is done in the order in which they are written, so that a later one rests on an earlier. */
const IN_ORDER: Partial<Record<OperationKind, ReadonlySet<OperationKind>>> = {
  update_rows: new Set([
    'update_rows',
    'set_not_null',
    'set_default',
    'drop_default',
    'drop_not_null',
    'add_index',
    'add_unique',
    'add_check',
    'add_foreign_key',
  ]),
  set_default: new Set(['update_rows', 'set_not_null', 'drop_not_null']),
  drop_not_null: new Set(['update_rows', 'set_default', 'drop_default']),
};

/** True where two operations on one part do not disturb each other, because the later one takes up what the earlier leaves. */
export function mayFollow(earlier: Operation, later: Operation): boolean {
  return IN_ORDER[earlier.kind]?.has(later.kind) ?? false;
}
