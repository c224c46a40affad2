import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { TableInfo } from '../catalog';
import { notNullProof } from '../clone/constraints';
import { alterTable, exclusiveOn, makeStep, type OperationContext } from '../plan-parts';
import { needsOmittedDefault } from '../sync/omitted-default';
import { handedDefault, type Pair, pairId, pairNames } from '../sync/pair';
import { foreignKeySetsDefault, stageFunctions } from '../sync/pair-function';
import { setNotNull } from './not-null';
import type { PrimaryKeyMove } from './primary-key-move';

/**
 * Defaults and owned sequences go with the name that code writes: to the new column at Retire, and back. A default that a
 * foreign key sets stays on the old one too.
 */
export function handOver(pair: Pair, table: TableInfo): { sql: string[]; undo: string[] } {
  const fresh = quoteIdent(pair.newName);
  const marks = needsOmittedDefault(pair);
  const omitted = pairNames(pair).omitted;
  const converted = handedDefault(pair);
  const setNew =
    converted !== null
      ? [`${alterTable(table)} ALTER COLUMN ${fresh} SET DEFAULT ${converted}`]
      : marks
        ? [`${alterTable(table)} ALTER COLUMN ${fresh} DROP DEFAULT`]
        : [];
  const dropOld =
    pair.old.default === null || foreignKeySetsDefault(pair, table)
      ? []
      : [`${alterTable(table)} ALTER COLUMN ${quoteIdent(pair.old.name)} DROP DEFAULT`];
  const owned = pair.old.ownedSequences.map((sequence) => ({
    to: `ALTER SEQUENCE ${sequence} OWNED BY ${quoteName(table)}.${fresh}`,
    back: `ALTER SEQUENCE ${sequence} OWNED BY ${quoteName(table)}.${quoteIdent(pair.old.name)}`,
  }));
  return {
    sql: [...owned.map((sequence) => sequence.to), ...setNew, ...dropOld],
    undo: [
      ...(pair.old.default === null
        ? []
        : [`${alterTable(table)} ALTER COLUMN ${quoteIdent(pair.old.name)} SET DEFAULT ${pair.old.default}`]),
      ...(marks
        ? [`${alterTable(table)} ALTER COLUMN ${fresh} SET DEFAULT ${omitted}()`]
        : converted !== null
          ? [`${alterTable(table)} ALTER COLUMN ${fresh} DROP DEFAULT`]
          : []),
      ...owned.map((sequence) => sequence.back),
    ],
  };
}

/** Renames the old column away and keeps feeding it. */
export function contractSteps(
  context: OperationContext,
  pair: Pair,
  key: PrimaryKeyMove | null = null,
): Step[] {
  const { table } = context;
  const old = quoteIdent(pair.old.name);
  const retired = quoteIdent(pair.retiredName);
  // Where numbers stand in for what it cannot hold, the old column is never NULL.
  const relaxes = pair.converts && pair.old.notNull && pair.down.onFailure.kind !== 'stand_in';
  const over = handOver(pair, table);
  const proofs = relaxes ? proofsForReturn(context, pair) : [];
  const begins = [...(key === null ? [] : [key.after]), ...proofs].map(({ id }) => id);
  const retire = makeStep(context, {
    slug: 'retire',
    phase: 'contract',
    title: `Retire ${pair.spoken.old}`,
    sql: [
      ...over.sql,
      ...(relaxes ? [`${alterTable(table)} ALTER COLUMN ${old} DROP NOT NULL`] : []),
      ...(key?.sql ?? []),
      `${alterTable(table)} RENAME COLUMN ${old} TO ${retired}`,
      ...stageFunctions(pair, table, 'retired'),
    ],
    undo: [
      `${alterTable(table)} RENAME COLUMN ${retired} TO ${old}`,
      ...stageFunctions(pair, table, pair.swaps ? 'new_only' : 'new_leads'),
      ...over.undo,
      ...(key?.undo ?? []),
      ...(relaxes
        ? [
            ...setNotNull(table, pair.old, pair.old.notNullName),
            `${alterTable(table)} DROP CONSTRAINT ${quoteIdent(backProofName(pair))}`,
          ]
        : []),
    ],
    locks: exclusiveOn(table),
    extra: {
      retires: { table: pair.table, column: pair.old.name, retiredName: pair.retiredName },
      ...(begins.length === 0 ? {} : { begins }),
    },
  });
  return key === null ? [retire, ...proofs] : [key.before, retire, key.after, ...proofs];
}

/** Undone in reverse: first asked, then proven, then the retired column returns with its NOT NULL. */
function proofsForReturn(context: OperationContext, pair: Pair): Step[] {
  const { table } = context;
  const proof = notNullProof(table, pair.retiredName, backProofName(pair));
  const proveBack = makeStep(context, {
    kind: 'validate',
    slug: 'prove_back',
    phase: 'contract',
    title: `On the way back: prove that ${pair.spoken.old} is never NULL`,
    sql: [],
    undo: [proof.validate],
    locks: [],
    undoLocks: proof.validateLocks,
  });
  const askBack = makeStep(context, {
    slug: 'ask_back',
    phase: 'contract',
    title: `On the way back: ask that ${pair.spoken.old} is never NULL`,
    // There only when the way back was turned round after this step.
    sql: [`${alterTable(table)} DROP CONSTRAINT IF EXISTS ${quoteIdent(backProofName(pair))}`],
    undo: [proof.add],
    locks: exclusiveOn(table),
    undoLocks: proof.addLocks,
  });
  return [proveBack, askBack];
}

function backProofName(pair: Pair): string {
  return `segue_back_${pairId(pair)}`;
}
