import type { ColumnInfo, TableInfo } from './catalog';
import { relationLabel } from './plan-parts';
import { refuse, requireUntyped } from './refuse';

/** Refuses a table or a type that does not let a column be added by the catalog alone. */
export function requireAddable(
  table: TableInfo,
  column: string,
  type: { readonly type: string; readonly constrainedDomain: boolean },
  next = 'Use its base type and a check constraint.',
): void {
  const label = `${relationLabel(table)}.${column}`;
  requireUntyped(table);
  if (type.constrainedDomain)
    refuse(
      `${type.type} is a domain with a constraint: adding a column of it rewrites the table.`,
      label,
      next,
    );
}

/** The same for a column that gets another one of its own type. */
export function requireCopyable(table: TableInfo, column: ColumnInfo): void {
  requireAddable(
    table,
    column.name,
    column,
    `Change "${column.name}" to the domain's base type first, with change_type, and add its check with add_check.`,
  );
}

/** Refuses a table whose rules, or those of a partition, would turn the work on its rows into something else. */
export function requireUnruled(table: TableInfo): void {
  const label = relationLabel(table);
  const [rule] = table.rules;
  if (rule !== undefined)
    refuse(
      `The rule "${rule}" changes what a write of "${label}" does, so its rows could not be copied one by one.`,
      label,
      `Make a trigger of it, or drop the rule "${rule}" first.`,
    );
  for (const partition of table.partitions) {
    const [own] = partition.rules;
    if (!partition.leaf || own === undefined) continue;
    const part = relationLabel(partition);
    refuse(
      `The rule "${own}" changes what a write of the partition "${part}" of "${label}" does, and rows are taken from each partition by its name.`,
      part,
      `Make a trigger of it, or drop the rule "${own}" first: it does nothing for writes by way of "${label}".`,
    );
  }
}
