import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { ColumnInfo } from '../catalog';
import { alterTable } from '../plan-parts';

/** Column-level grants and comment of the old column, given to the new one. */
export function inheritedAttributes(
  table: RelationName,
  old: Pick<ColumnInfo, 'grants' | 'comment' | 'statistics' | 'options'>,
  name: string,
): string[] {
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
