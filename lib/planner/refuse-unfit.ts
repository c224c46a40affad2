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

/** Refuses a table whose rules would turn the copying of rows into something else. */
export function requireUnruled(table: TableInfo): void {
  const [rule] = table.rules;
  if (rule === undefined) return;
  refuse(
    `The rule "${rule}" changes what a write of "${relationLabel(table)}" does, so its rows could not be copied one by one.`,
    relationLabel(table),
    `Make a trigger of it, or drop the rule "${rule}" first.`,
  );
}
