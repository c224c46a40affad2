import { SegueError } from '@/lib/core/errors';
import { type ColumnInfo, type ForeignKey, findTable, type TableInfo, type TypeInfo } from '../catalog';
import { indexMentions } from '../clone/indexes';
import { freshName } from '../names';
import { type OperationContext, relationLabel } from '../plan-parts';
import { requireColumn, requireTable, requireUnpartitioned } from '../refuse';
import { requireMovable } from '../require-movable';
import type { SwappedLink } from '../swap-phases';

/** A column that has to change its type with another one, because a foreign key joins them. */
interface Member {
  readonly table: TableInfo;
  readonly column: ColumnInfo;
}

/** True for a column of the primary key or one at which foreign keys of other tables point. */
export function isKey(table: TableInfo, column: ColumnInfo): boolean {
  return (
    table.primaryKey.includes(column.name) ||
    column.identity !== null ||
    table.inboundForeignKeys.some((key) => key.columns.includes(column.name))
  );
}

const labelOf = ({ table, column }: Member) => `${relationLabel(table)}.${column.name}`;

/** An index or a constraint over two columns that both change would need a clone over both at once. */
function refuseShared(members: readonly Member[]): void {
  for (const { table, column } of members) {
    const other = members.find((each) => each.table === table && each.column !== column);
    if (other === undefined) continue;
    const both = (names: readonly string[]) =>
      names.includes(column.name) && names.includes(other.column.name);
    const shared =
      table.indexes.find((index) => both(indexMentions(index)))?.name ??
      table.checks.find((check) => both(check.columns))?.name;
    if (shared === undefined) continue;
    throw new SegueError(
      'unsupported',
      `"${shared}" is over "${column.name}" and "${other.column.name}", which would both change their type.`,
      { object: relationLabel(table), next: `Drop "${shared}" first, and create it again afterwards.` },
    );
  }
}

/**
 * The columns that go with a key when it is widened: all that reference it, and all that reference those. Throws where one
 * of them cannot follow.
 */
export function linkedColumns(
  context: OperationContext,
  column: ColumnInfo,
  type: TypeInfo,
): { members: readonly Member[]; links: readonly SwappedLink[] } {
  const members: Member[] = [{ table: context.table, column }];
  const found = new Map<string, { table: TableInfo; key: ForeignKey; parent: TableInfo }>();
  for (let at = 0; at < members.length; at += 1) {
    const parent = members[at];
    if (parent === undefined) break;
    requireUnpartitioned(parent.table);
    for (const inbound of parent.table.inboundForeignKeys) {
      if (!inbound.columns.includes(parent.column.name)) continue;
      const table = requireTable(context.catalog, inbound.table);
      requireUnpartitioned(table);
      const key = table.foreignKeys.find((each) => each.name === inbound.name);
      const name = key?.columns[key.referencedColumns.indexOf(parent.column.name)];
      if (key === undefined || name === undefined) continue;
      found.set(`${relationLabel(table)}.${key.name}`, { table, key, parent: parent.table });
      const child: Member = { table, column: requireColumn(table, name) };
      // A column that has the type already only gets its foreign key anew.
      if (child.column.baseType === type.baseType) continue;
      if (members.some((known) => labelOf(known) === labelOf(child))) continue;
      requireMovable(child.table, child.column, ['key', 'view']);
      members.push(child);
    }
  }
  refuseShared(members);
  const fresh = (table: TableInfo, name: string) =>
    members.some(
      (member) => relationLabel(member.table) === relationLabel(table) && member.column.name === name,
    )
      ? freshName(context.tag, name)
      : name;
  const links = [...found.values()].map(({ table, key, parent }): SwappedLink => {
    const referenced = findTable(context.catalog, key.references) ?? parent;
    return {
      context: { ...context, table, part: relationLabel(table) },
      key,
      columns: key.columns.map((name) => fresh(table, name)),
      referencedColumns: key.referencedColumns.map((name) => fresh(referenced, name)),
    };
  });
  return { members: members.slice(1), links };
}
