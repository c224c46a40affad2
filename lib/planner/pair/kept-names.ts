import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { TableInfo } from '../catalog';
import type { ConstraintClone } from '../clone/constraints';
import type { IndexClone } from '../clone/indexes';
import { alterTable } from '../plan-parts';
import { newIsNotNull, type Pair } from '../sync/pair';
import { notNullName } from './not-null';

const renameConstraint = (on: RelationName, from: string, to: string): string =>
  `${alterTable(on)} RENAME CONSTRAINT ${quoteIdent(from)} TO ${quoteIdent(to)}`;

const renameIndex = (on: RelationName, from: string, to: string): string =>
  `ALTER INDEX ${quoteName({ schema: on.schema, name: from })} RENAME TO ${quoteIdent(to)}`;

/** Once the old column is gone with all that hung on it: its names for what has taken the place. Pure. */
export function keptNames(
  table: TableInfo,
  pair: Pair,
  indexes: readonly IndexClone[],
  constraints: readonly ConstraintClone[],
): string[] {
  if (pair.keepsNames !== true) return [];
  const fresh = notNullName(table, pair);
  const { notNullName: old } = pair.old;
  return [
    ...indexes.flatMap((clone) => {
      const rename = clone.addConstraint === null ? renameIndex : renameConstraint;
      return [
        rename(table, clone.name, clone.source.constraint ?? clone.source.name),
        ...clone.parts.map((part) => rename(part.relation, part.name, part.original)),
      ];
    }),
    ...constraints.flatMap(({ name, original }) =>
      original === undefined ? [] : [renameConstraint(table, name, original)],
    ),
    ...(newIsNotNull(pair) && fresh !== null && old !== null ? [renameConstraint(table, fresh, old)] : []),
  ];
}
