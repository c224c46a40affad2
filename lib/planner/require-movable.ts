import { quoteIdent } from '@/lib/core/sql-text';
import type { ColumnDependent, ColumnInfo, TableInfo } from './catalog';
import { relationLabel } from './plan-parts';
import { refuse, refuseIdentity, requireUntyped } from './refuse';

/** Refuses a column that something hangs on which cannot follow it to another column; `follow` says what can: 'key' stands for being a key, 'primary key' for that without what rests upon it. */
export function requireMovable(
  table: TableInfo,
  column: ColumnInfo,
  follow: readonly (ColumnDependent['kind'] | 'key' | 'primary key')[] = [],
): void {
  const withItsKeys = follow.includes('key');
  const mayBeKey = withItsKeys || follow.includes('primary key');
  requireUntyped(table);
  const label = `${relationLabel(table)}.${column.name}`;
  if (table.primaryKey.includes(column.name) && !mayBeKey)
    refuse(`"${label}" is part of the primary key.`, label, 'Replacing a primary key is not supported yet.');
  if (table.key?.some((part) => part.name === column.name) && !mayBeKey)
    refuse(
      `"${label}" is part of the only key of the table, by which its rows are recorded.`,
      label,
      'Add a primary key over other columns first.',
    );
  if (table.partitionKey.includes(column.name))
    refuse(
      `"${label}" decides to which partition a row belongs: another column cannot take its place.`,
      label,
      'Make a table with the new partition key beside this one, copy the rows, and rename the tables.',
    );
  if (column.generated !== null)
    refuse(
      `"${label}" is a generated column.`,
      label,
      'Change its expression by hand: it holds no data of its own.',
    );
  if (column.identity !== null && !withItsKeys)
    refuse(`"${label}" is an identity column.`, label, 'Changing identity columns is not supported yet.');
  const inbound = table.inboundForeignKeys.find((key) => key.columns.includes(column.name));
  if (inbound !== undefined && !withItsKeys)
    refuse(
      `The foreign key "${inbound.name}" of "${relationLabel(inbound.table)}" points at "${label}".`,
      label,
      'Columns that other tables reference are not supported yet; drop the foreign key first.',
    );
  const identity = table.indexes.find(
    (index) => index.replicaIdentity && index.columns.some((part) => part.name === column.name),
  );
  if (identity !== undefined) refuseIdentity(table, identity, `holds "${label}"`);
  const exclusion = table.indexes.find(
    (index) =>
      index.exclusion &&
      index.columns.some((part) => part.name === column.name || part.expression?.includes(column.name)),
  );
  if (exclusion !== undefined)
    refuse(
      `The exclusion constraint "${exclusion.name}" uses "${label}"; it cannot be built without blocking writes.`,
      label,
      'Drop the constraint first, or change the column in a maintenance window.',
    );
  if (column.notNull && !column.notNullProven)
    refuse(
      `The NOT NULL of "${label}" is not proven: rows that are there may be NULL.`,
      label,
      `Run ALTER TABLE … VALIDATE CONSTRAINT ${quoteIdent(column.notNullName ?? '')} first.`,
    );
  const dependent = table.dependents.find(
    (candidate) =>
      candidate.column === column.name &&
      // A partition's own view or trigger names the partition: what follows the table does not reach it.
      (!follow.includes(candidate.kind) || (candidate.partition != null && candidate.kind !== 'index')),
  );
  if (dependent !== undefined) {
    const where = dependent.partition == null ? '' : ` of the partition "${dependent.partition}" alone`;
    refuse(
      `The ${dependent.kind} "${dependent.name}"${where} uses "${label}" and cannot follow it to another column.`,
      label,
      `Drop or rewrite the ${dependent.kind} "${dependent.name}" first, and create it again afterwards.`,
    );
  }
}
