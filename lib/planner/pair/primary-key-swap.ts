import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { clusterOn, indexAttributes } from '../clone/index-attributes';
import { cloneIndexes, type IndexClone } from '../clone/indexes';
import { alterTable, type OperationContext } from '../plan-parts';
import type { Pair } from '../sync/pair';
import type { SpentIndex } from './restore-steps';
import type { NameSwap } from './swap-names';

/** The primary key's part in a swap of names, and the indexes that it needs beforehand. */
export interface PrimaryKeySwap extends NameSwap {
  /** The new key's, and the one that keeps the old values unique. */
  readonly indexes: readonly [SpentIndex, SpentIndex];
}

/**
 * A primary key goes to the new column by `DROP CONSTRAINT, ADD … USING INDEX`, which reads no row. That takes the old key's
 * index with it, so each side needs a unique index of its own before: the new one becomes the key, the old one keeps the
 * old values unique and becomes the key again on the way back, which in turn costs the new one. null where the column is
 * not part of the primary key.
 */
export function primaryKeySwap(
  context: OperationContext,
  pair: Pair,
  clones: readonly IndexClone[],
): PrimaryKeySwap | null {
  const { table } = context;
  const clone = clones.find((each) => each.source.primary);
  if (clone === undefined) return null;
  const { name } = pair.old;
  const taken = [...table.takenNames, ...clones.map((each) => each.name)];
  const [spare] = cloneIndexes(
    { ...table, takenNames: taken, indexes: [clone.source] },
    name,
    name,
    (column) => (column === name ? quoteIdent(name) : null),
    true,
  );
  if (spare === undefined) return null;
  const key = clone.source.constraint ?? clone.source.name;
  const deferrable = clone.source.deferrable
    ? ` DEFERRABLE${clone.source.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`
    : '';
  const about = [...indexAttributes(table, clone.source, key), ...clusterOn(table, clone.source, key)];
  const replace = (index: string) => [
    `${alterTable(table)} DROP CONSTRAINT ${quoteIdent(key)}, ADD CONSTRAINT ${quoteIdent(key)} PRIMARY KEY USING INDEX ${quoteIdent(index)}${deferrable}`,
    ...about,
  ];
  return {
    indexes: [
      { name: clone.name, create: clone.create, what: `the index of the new primary key of ${table.name}` },
      { name: spare.name, create: spare.create, what: `the index that keeps ${pair.spoken.old} unique` },
    ],
    sql: [
      ...(pair.swaps
        ? [
            `ALTER TABLE ${quoteName({ schema: table.schema, name: clone.name })} RENAME COLUMN ${quoteIdent(pair.newName)} TO ${quoteIdent(name)}`,
          ]
        : []),
      ...replace(clone.name),
    ],
    undo: replace(spare.name),
  };
}
