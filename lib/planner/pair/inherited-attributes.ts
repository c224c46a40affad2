import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { ColumnInfo, PartitionColumn, PartitionInfo, TableInfo } from '../catalog';
import { alterTable } from '../plan-parts';

/** What a new column takes over from the one whose place it takes, beside its type. */
type InheritedAttributes = Pick<ColumnInfo, 'grants' | 'comment' | 'statistics' | 'options'>;

/** Column-level grants and comment of the old column, given to the new one. */
export function inheritedAttributes(table: RelationName, old: InheritedAttributes, name: string): string[] {
  const grants = old.grants.map(
    (grant) =>
      `GRANT ${grant.privilege} (${quoteIdent(name)}) ON ${quoteName(table)} TO ${grant.grantee === 'public' ? 'PUBLIC' : quoteIdent(grant.grantee)}${grant.grantable ? ' WITH GRANT OPTION' : ''}`,
  );
  const comment =
    old.comment === null
      ? []
      : [`COMMENT ON COLUMN ${quoteName(table)}.${quoteIdent(name)} IS ${quoteLiteral(old.comment)}`];
  const statistics =
    old.statistics === null
      ? []
      : [`${alterTable(table)} ALTER COLUMN ${quoteIdent(name)} SET STATISTICS ${old.statistics}`];
  const options =
    old.options.length === 0
      ? []
      : [`${alterTable(table)} ALTER COLUMN ${quoteIdent(name)} SET (${old.options.join(', ')})`];
  return [...statistics, ...options, ...grants, ...comment];
}

/** How values lie on the disk. */
export function inheritedStorage(
  table: RelationName,
  { storage, compression }: Pick<ColumnInfo, 'storage' | 'compression'>,
  name: string,
): string[] {
  const alter = `${alterTable(table)} ALTER COLUMN ${quoteIdent(name)}`;
  return [
    ...(storage === null ? [] : [`${alter} SET STORAGE ${storage}`]),
    ...(compression === null ? [] : [`${alter} SET COMPRESSION ${compression}`]),
  ];
}

/** A column as one partition has it; undefined: just as the table above. */
function partitionColumn(partition: PartitionInfo, column: string): PartitionColumn | undefined {
  return partition.columns.find(({ name }) => name === column);
}

/** What hangs on a column of single partitions, rights for one, which no statement on the table at the top hands down. */
export function partitionAttributes(
  table: TableInfo,
  column: string,
  name: string,
  storage: boolean,
): string[] {
  return table.partitions.flatMap((partition) => {
    const own = partitionColumn(partition, column);
    if (own === undefined) return [];
    return [
      ...(storage ? inheritedStorage(partition, own, name) : []),
      ...inheritedAttributes(partition, own, name),
    ];
  });
}
