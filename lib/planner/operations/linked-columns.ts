import { SegueError } from '@/lib/core/errors';
import type { ColumnInfo, ForeignKey, TableInfo, TypeInfo } from '../catalog';
import { indexMentions } from '../clone/indexes';
import type { Family, FamilyLink, FamilyMember } from '../compose/arranged';
import { newName } from '../direct/new-name';
import { freshName } from '../names';
import { type OperationContext, relationLabel } from '../plan-parts';
import { requireColumn, requireTable, requireUnpartitioned } from '../refuse';
import { comparable } from '../refuse-conversion';
import { requireMovable } from '../require-movable';
import type { SwappedLink } from '../swap-phases';

/** A column that has to change its type with another one, because a foreign key joins them. */
interface Member {
  readonly table: TableInfo;
  readonly column: ColumnInfo;
  /** The operation that says so; undefined: it has to follow. */
  readonly own?: FamilyMember;
}

/** A member that goes with the first one. */
type Follower = Member & { readonly type: TypeInfo };

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

/** A foreign key as an operation adds it, in the catalog's terms. */
function asForeignKey({ key }: FamilyLink, parent: TableInfo): ForeignKey {
  return {
    name: key.name ?? '',
    columns: key.columns,
    references: { schema: parent.schema, name: parent.name },
    referencedColumns: key.referencedColumns ?? parent.primaryKey,
    onDelete: key.onDelete.toUpperCase(),
    onDeleteColumns: [],
    onUpdate: key.onUpdate.toUpperCase(),
    match: 'SIMPLE',
    deferrable: key.deferrable,
    initiallyDeferred: false,
    mayReference: true,
    validated: true,
    enforced: true,
    comment: null,
  };
}

/** A foreign key between members: as it is, and as it will be. */
interface FoundLink {
  readonly table: TableInfo;
  readonly old: ForeignKey | null;
  readonly key: ForeignKey;
}

/**
 * The columns that go with a key: those that operations of their own change with it, all that reference one of them, and all that
 * reference those; and the foreign keys between them. Throws where one of them cannot follow.
 */
export function linkedColumns(
  context: OperationContext,
  column: ColumnInfo,
  type: TypeInfo,
  family: Family & {
    /** Columns that reference it keep their types, where these can be compared. */
    readonly alone: boolean;
  },
  typeOf: (member: FamilyMember) => TypeInfo,
): { members: readonly Follower[]; links: readonly SwappedLink[] } {
  const own = family.members.map((each): Follower => {
    const table = requireTable(context.catalog, each.operation.table);
    return { table, column: requireColumn(table, each.operation.column), type: typeOf(each), own: each };
  });
  const members: Follower[] = [{ table: context.table, column, type }, ...own];
  for (const { table, column: each } of own) requireMovable(table, each, ['key', 'view']);
  const found = new Map<string, FoundLink>();
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
      found.set(`${relationLabel(table)}.${key.name}`, { table, old: key, key });
      const child: Follower = { table, column: requireColumn(table, name), type: parent.type };
      // A column that has the type already only gets its foreign key anew.
      if (child.column.baseType === parent.type.baseType) continue;
      const alone = parent.own === undefined ? family.alone : parent.own.operation.alone === true;
      if (alone && comparable(child.column.baseType, parent.type.baseType)) continue;
      if (members.some((known) => labelOf(known) === labelOf(child))) continue;
      requireMovable(child.table, child.column, ['key', 'view']);
      members.push(child);
    }
  }
  for (const link of family.links) {
    const table = requireTable(context.catalog, link.table);
    requireUnpartitioned(table);
    const given = asForeignKey(link, requireTable(context.catalog, link.key.references));
    const old = table.foreignKeys.find(({ name }) => name === link.dropped) ?? null;
    const keepsName = old !== null && link.key.name === old.name;
    const name = keepsName ? old.name : newName(table, link.key.name, given.columns, 'fkey');
    const key = { ...given, name };
    found.set(`${relationLabel(table)}.${old?.name ?? key.name}`, { table, old, key });
  }
  refuseShared(members);
  const fresh = (table: TableInfo, name: string) =>
    members.some(
      (member) => relationLabel(member.table) === relationLabel(table) && member.column.name === name,
    )
      ? freshName(context.tag, name)
      : name;
  const links = [...found.values()].map(({ table, old, key }): SwappedLink => {
    const referenced = requireTable(context.catalog, key.references);
    return {
      context: { ...context, table, part: relationLabel(table) },
      old,
      key,
      ask:
        old === null &&
        key.columns.every((name, at) =>
          comparable(
            requireColumn(table, name).baseType,
            requireColumn(referenced, key.referencedColumns[at] ?? '').baseType,
          ),
        ),
      columns: key.columns.map((name) => fresh(table, name)),
      referencedColumns: key.referencedColumns.map((name) => fresh(referenced, name)),
    };
  });
  return { members: members.slice(1), links };
}
