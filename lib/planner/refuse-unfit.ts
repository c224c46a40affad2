import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { ColumnInfo, IndexInfo, TableInfo } from './catalog';
import { relationLabel } from './plan-parts';
import { refuse, requireUntyped } from './refuse';
import { keyColumnsOf } from './sync/unique-locks';

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

/** Refuses a domain whose default would stand on a side that a writer has left out, and look as if it had been written. */
export function requireNoDomainDefault(
  table: TableInfo,
  column: string,
  { type, domainDefault }: Pick<ColumnInfo, 'type' | 'domainDefault'>,
): void {
  if (domainDefault !== true) return;
  refuse(
    `${type} is a domain with a default, which every row has that leaves the column out: it does not tell which side was written.`,
    `${relationLabel(table)}.${column}`,
    'Use its base type: change_type without "to" brings a column there.',
  );
}

/** Refuses what does not let a column get another one of its own type. */
export function requireCopyable(table: TableInfo, column: ColumnInfo): void {
  requireNoDomainDefault(table, column.name, column);
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

/** Refuses unique indexes whose keys the sync's trigger cannot know: PostgreSQL computes generated columns after it. */
export function requireKnownKeys(table: TableInfo, mirrored: readonly IndexInfo[]): void {
  for (const index of mirrored) {
    const names = keyColumnsOf(index);
    const generated = table.columns.find(
      (column) => column.generated !== null && names.includes(column.name),
    );
    if (generated === undefined) continue;
    refuse(
      `The unique index "${index.name}" also reads the generated column "${generated.name}", which has no value yet when the sync's trigger looks for the key.`,
      `${relationLabel(table)}.${generated.name}`,
      `Write what "${generated.name}" is generated from into the index in its place, or drop "${index.name}" first.`,
    );
  }
}

/** Refuses a column of which a partition has a default of its own: one that is set or dropped at the top would take its place. */
export function requireOneDefault(table: TableInfo, column: string): void {
  const above = table.columns.find(({ name }) => name === column)?.default ?? null;
  for (const partition of table.partitions) {
    const own = partition.columns.find(({ name }) => name === column)?.default;
    if (own === undefined || own === null) continue;
    const label = `${relationLabel(partition)}.${column}`;
    refuse(
      `The partition's column "${label}" has a default of its own, ${own}, which the one at the top would replace.`,
      label,
      `Let both be the same first, or the partition have none: ALTER TABLE ONLY ${quoteName(partition)} ALTER COLUMN ${quoteIdent(column)} ${above === null ? 'DROP DEFAULT' : `SET DEFAULT ${above}`}.`,
    );
  }
}
