import type { OperationContext } from '../plan-parts';

/** The context without the indexes and constraints that other operations of the transition drop: a new column gets no clone of them. */
export function withoutDropped(context: OperationContext): OperationContext {
  const dropped = context.wishes?.without ?? [];
  if (dropped.length === 0) return context;
  const { table } = context;
  const stays = ({ name }: { readonly name: string }) => !dropped.includes(name);
  return {
    ...context,
    table: {
      ...table,
      indexes: table.indexes.filter(
        (index) => stays(index) && !(index.constraint !== null && dropped.includes(index.constraint)),
      ),
      constraints: table.constraints.filter(stays),
      checks: table.checks.filter(stays),
      foreignKeys: table.foreignKeys.filter(stays),
    },
  };
}
