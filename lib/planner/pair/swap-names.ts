import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import type { TableInfo } from '../catalog';
import type { ConstraintClone } from '../clone/constraints';
import type { IndexClone } from '../clone/indexes';
import { fitIdentifier } from '../names';
import { alterTable } from '../plan-parts';
import { greatestOf } from '../sync/integer-limits';
import { newIsNotNull, type Pair, pairId } from '../sync/pair';
import { stageFunctions } from '../sync/pair-function';
import { handOver } from './contract-steps';
import { notNullComment } from './not-null';

/** Statements of the swap and of its way back, for one transaction. */
export interface NameSwap {
  readonly sql: readonly string[];
  readonly undo: readonly string[];
}

/** What a swap exchanges besides the columns' names: a clone takes the original's name, the original the clone's. */
export interface SwappedClones {
  readonly indexes: readonly IndexClone[];
  readonly constraints: readonly ConstraintClone[];
}

/** The pair as it is after the swap: the new side has the name, the old side one of Segue's own. */
export function swappedPair(pair: Pair): Pair {
  const name = fitIdentifier(`segue_old_${pair.tag}_${pair.old.name}`);
  const { newDefault: _, ...rest } = pair;
  return {
    ...rest,
    key: pair.key.map((column) =>
      column.name === pair.old.name ? { name: column.name, type: pair.newType } : column,
    ),
    old: {
      ...pair.old,
      name,
      notNullName: pair.old.notNullName === null ? null : oldNotNullName(pair),
      default: null,
      identity: null,
      identitySequence: null,
      ownedSequences: [],
    },
    newName: pair.old.name,
  };
}

function oldNotNullName(pair: Pair): string {
  return `segue_onn_${pairId(pair)}`;
}

/** Exchanges two names by way of a third. Done twice it is undone. */
function exchange(rename: (from: string, to: string) => string, one: string, other: string, spare: string) {
  return [rename(one, spare), rename(other, one), rename(spare, other)];
}

function exchangeClones(table: TableInfo, pair: Pair, clones: SwappedClones): string[] {
  const spare = `segue_swap_${pairId(pair)}`;
  const renameConstraint = (from: string, to: string) =>
    `${alterTable(table)} RENAME CONSTRAINT ${quoteIdent(from)} TO ${quoteIdent(to)}`;
  const renameIndex = (on: RelationName, constrained: boolean) => (from: string, to: string) =>
    constrained
      ? `${alterTable(on)} RENAME CONSTRAINT ${quoteIdent(from)} TO ${quoteIdent(to)}`
      : `ALTER INDEX ${quoteName({ schema: on.schema, name: from })} RENAME TO ${quoteIdent(to)}`;
  return [
    ...clones.indexes.flatMap((clone) => {
      const constrained = clone.addConstraint !== null;
      return [
        ...exchange(
          renameIndex(table, constrained),
          clone.source.constraint ?? clone.source.name,
          clone.name,
          spare,
        ),
        ...clone.parts.flatMap((part) =>
          exchange(renameIndex(part.relation, constrained), part.original, part.name, spare),
        ),
      ];
    }),
    ...clones.constraints.flatMap((clone) =>
      clone.original === undefined ? [] : exchange(renameConstraint, clone.original, clone.name, spare),
    ),
  ];
}

/** An index keeps the name that its column had when it was built: the clones' columns are called what the table's are. */
function renameIndexColumns(
  table: TableInfo,
  pair: Pair,
  clones: SwappedClones,
  from: string,
  to: string,
): string[] {
  const named = clones.indexes
    .filter(
      ({ source }) =>
        source.columns.some((column) => column.name === pair.old.name) ||
        source.include.includes(pair.old.name),
    )
    .map((clone) => clone.name);
  return [...named, ...(pair.indexes ?? [])].map(
    (name) =>
      `ALTER TABLE ${quoteName({ schema: table.schema, name })} RENAME COLUMN ${quoteIdent(from)} TO ${quoteIdent(to)}`,
  );
}

/**
 * A function that a live session has compiled keeps the types of the row it saw: after the swap it would fail with "type
 * of parameter … does not match". Stating its volatility again changes nothing but makes every session compile it anew.
 */
function recompiled(table: TableInfo): string[] {
  const functions = new Map(
    table.triggers
      .filter((trigger) => trigger.row && trigger.language === 'plpgsql' && trigger.functionOwned)
      .map((trigger) => [trigger.functionSignature, trigger.functionVolatility.toUpperCase()]),
  );
  return [...functions].map(([signature, volatility]) => `ALTER FUNCTION ${signature} ${volatility}`);
}

/**
 * An owned sequence counts as far as the column goes. An identity cannot change its column: it is dropped and made again
 * where the numbers go on, in the one transaction; nobody draws a number meanwhile, since the table is locked.
 */
function moveNumbers(table: TableInfo, pair: Pair, oldName: string): NameSwap {
  const alter = alterTable(table);
  const { identity, identitySequence } = pair.old;
  const greatest = greatestOf(pair.old.type);
  // A sequence that has counted past the old type goes back to the greatest key that there is.
  const lastHeld = `(SELECT coalesce(max(${quoteIdent(oldName)}), 1) FROM ${quoteName(table)})`;
  if (identity === null || identitySequence === null) {
    const owned = greatest !== null && greatestOf(pair.newType) !== null ? pair.old.ownedSequences : [];
    return {
      sql: owned.map((sequence) => `ALTER SEQUENCE ${sequence} AS ${pair.newType}`),
      undo: owned.flatMap((sequence) => [
        `SELECT pg_catalog.setval(${quoteLiteral(sequence)}::pg_catalog.regclass, ${lastHeld}) FROM ${sequence} WHERE last_value > ${greatest}`,
        `ALTER SEQUENCE ${sequence} AS ${pair.old.type}`,
      ]),
    };
  }
  const { name, options } = identitySequence;
  const setting = quoteLiteral(`segue.identity_${pairId(pair)}`);
  const part = (field: number) =>
    `pg_catalog.split_part(pg_catalog.current_setting(${setting}), ' ', ${field})`;
  const move = (from: string, to: string, last = 'last_value') => [
    `SELECT pg_catalog.set_config(${setting}, (SELECT ${last} || ' ' || is_called FROM ${name}), true)`,
    `${alter} ALTER COLUMN ${quoteIdent(from)} DROP IDENTITY`,
    `${alter} ALTER COLUMN ${quoteIdent(to)} ADD GENERATED ${identity.toUpperCase()} AS IDENTITY (${options})`,
    `SELECT pg_catalog.setval(${quoteLiteral(name)}::pg_catalog.regclass, ${part(1)}::bigint, ${part(2)}::boolean)`,
  ];
  const heldAgain =
    greatest === null
      ? 'last_value'
      : `CASE WHEN last_value > ${greatest} THEN ${lastHeld} ELSE last_value END`;
  return { sql: move(oldName, pair.old.name), undo: move(pair.old.name, oldName, heldAgain) };
}

/**
 * Both columns change names, with all that is named after them, and the sync function with them: a session's compiled
 * plan of it never meets the other type. Afterwards the catalog is what ALTER COLUMN … TYPE would have left.
 */
export function swapNames(table: TableInfo, pair: Pair, clones: SwappedClones): NameSwap {
  const after = swappedPair(pair);
  const alter = alterTable(table);
  const rename = (from: string, to: string) =>
    `${alter} RENAME COLUMN ${quoteIdent(from)} TO ${quoteIdent(to)}`;
  const moveDefault = handOver(
    { ...pair, newName: after.newName, old: { ...pair.old, name: after.old.name } },
    table,
  );
  const name = quoteIdent(pair.old.name);
  const { notNullName } = pair.old;
  const notNull: NameSwap = !newIsNotNull(pair)
    ? { sql: [], undo: [] }
    : notNullName === null
      ? {
          sql: [`${alter} ALTER COLUMN ${name} SET NOT NULL`],
          undo: [`${alter} ALTER COLUMN ${name} DROP NOT NULL`],
        }
      : {
          sql: [
            `${alter} RENAME CONSTRAINT ${quoteIdent(notNullName)} TO ${quoteIdent(oldNotNullName(pair))}`,
            `${alter} ADD CONSTRAINT ${quoteIdent(notNullName)} NOT NULL ${name}`,
            ...notNullComment(table, notNullName, pair.old.notNullComment),
          ],
          undo: [
            `${alter} ALTER COLUMN ${name} DROP NOT NULL`,
            `${alter} RENAME CONSTRAINT ${quoteIdent(oldNotNullName(pair))} TO ${quoteIdent(notNullName)}`,
          ],
        };
  const numbers = moveNumbers(table, pair, after.old.name);
  return {
    sql: [
      rename(pair.old.name, after.old.name),
      rename(pair.newName, pair.old.name),
      ...notNull.sql,
      ...moveDefault.sql,
      ...numbers.sql,
      ...renameIndexColumns(table, pair, clones, pair.newName, pair.old.name),
      ...exchangeClones(table, pair, clones),
      ...stageFunctions(after, table, 'new_only'),
      ...recompiled(table),
    ],
    undo: [
      ...exchangeClones(table, pair, clones),
      ...renameIndexColumns(table, pair, clones, pair.old.name, pair.newName),
      ...numbers.undo,
      ...moveDefault.undo,
      ...notNull.undo,
      rename(pair.old.name, pair.newName),
      rename(after.old.name, pair.old.name),
      ...stageFunctions(pair, table, 'old_only'),
      ...recompiled(table),
    ],
  };
}
