import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { IndexInfo } from '../catalog';
import { alterTable } from '../plan-parts';

/**
 * What CREATE INDEX cannot say of an index, for another one that takes its place under `name`: comments and the statistics
 * of its expressions. Locks the index and, where it carries a constraint, the table in SHARE UPDATE EXCLUSIVE. Pure.
 */
export function indexAttributes(table: RelationName, source: IndexInfo, name: string): string[] {
  const index = quoteName({ schema: table.schema, name });
  const statistics = source.columns.flatMap((column, at) =>
    column.statistics === null
      ? []
      : [`ALTER INDEX ${index} ALTER COLUMN ${at + 1} SET STATISTICS ${column.statistics}`],
  );
  const comment =
    source.comment === null ? [] : [`COMMENT ON INDEX ${index} IS ${quoteLiteral(source.comment)}`];
  const constraint =
    source.constraintComment === null
      ? []
      : [
          `COMMENT ON CONSTRAINT ${quoteIdent(name)} ON ${quoteName(table)} IS ${quoteLiteral(source.constraintComment)}`,
        ];
  return [...statistics, ...comment, ...constraint];
}

/** CLUSTER goes by `name` from now on, where it went by the index whose place it takes. SHARE UPDATE EXCLUSIVE. Pure. */
export function clusterOn(table: RelationName, source: IndexInfo, name: string): string[] {
  return source.clustered ? [`${alterTable(table)} CLUSTER ON ${quoteIdent(name)}`] : [];
}
