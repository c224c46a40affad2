import type { CheckSpec, Step } from '@/lib/core/plan';
import { constraintSteps } from '../clone/constraint-steps';
import { cloneConstraints, notNullProof } from '../clone/constraints';
import { clusterOn } from '../clone/index-attributes';
import { type ColumnRewrite, cloneIndexes } from '../clone/indexes';
import { columnUnusedCheck, retentionCheck } from '../delete-checks';
import { keyAfterSwap } from '../key-after-swap';
import { exclusiveOn, lockOn, makeStep, type OperationContext, relationLabel } from '../plan-parts';
import { requireCloneRights } from '../refuse';
import { requireKnownKeys, requireOneDefault, requireUnruled } from '../refuse-unfit';
import { conversionFunctions } from '../sync/conversion-functions';
import { dropConversions, installSync } from '../sync/install-sync';
import { newIsNotNull, type Pair, pairConditions, pairId } from '../sync/pair';
import { addColumnStep } from './add-column-step';
import { contractSteps } from './contract-steps';
import { analyzeStep, backfillStep, indexSteps } from './copy-steps';
import { pairChecks, recently, underSync } from './pair-checks';
import { primaryKeySwap } from './primary-key-swap';
import { purgeSteps } from './purge-steps';
import { buildSpentIndex, restoreIndex } from './restore-steps';
import { type NameSwap, swapNames, swappedPair } from './swap-names';

/** Steps and checks of one column that changes its type and keeps its name, for every phase. */
export interface SwapSide {
  readonly add: readonly Step[];
  readonly sync: readonly Step[];
  readonly copy: readonly Step[];
  readonly index: readonly Step[];
  readonly constrain: readonly Step[];
  /** What the swap uses up, made again once it is swapped back. */
  readonly restore: readonly Step[];
  readonly swap: NameSwap;
  readonly retire: readonly Step[];
  readonly drop: readonly Step[];
  readonly synced: readonly CheckSpec[];
  readonly watch: readonly CheckSpec[];
  readonly beforeSwap: readonly CheckSpec[];
  readonly beforeSwapBack: readonly CheckSpec[];
  readonly beforeRetire: readonly CheckSpec[];
  readonly beforeReturn: readonly CheckSpec[];
  readonly beforeDrop: readonly CheckSpec[];
}

/**
 * Everything about one column; `before` is the pair as it stands until the swap, `links` are foreign keys whose other end
 * is swapped with it and which the caller sees to. Pure.
 */
export function swapSide(
  context: OperationContext,
  before: Pair,
  rewrite: ColumnRewrite,
  links: readonly string[] = [],
): SwapSide {
  const { table } = context;
  const { name } = before.old;
  const all = cloneIndexes(table, name, before.newName, rewrite, false);
  const indexes = all.filter((clone) => !clone.source.primary);
  const primary = primaryKeySwap(context, before, all);
  requireUnruled(table);
  requireOneDefault(table, name);
  requireCloneRights(table, name, all.length > 0);
  const pair: Pair = {
    ...before,
    mirrored: all.filter((clone) => clone.source.unique).map((clone) => clone.source),
  };
  requireKnownKeys(table, pair.mirrored);
  const swapped = swappedPair(pair);
  const after = { ...swapped, key: keyAfterSwap(context, swapped.key) };
  const proof = newIsNotNull(pair) ? notNullProof(table, pair.newName, `segue_nn_${pairId(pair)}`) : null;
  const constraints = [
    ...(proof === null ? [] : [{ ...proof, what: `${pair.spoken.fresh} is never NULL` }]),
    ...cloneConstraints(table, name, pair.newName, rewrite, links),
  ];
  const names = swapNames(table, pair, { indexes, constraints });
  const swap = {
    sql: [...names.sql, ...(primary?.sql ?? [])],
    undo: [...(primary?.undo ?? []), ...names.undo],
  };
  const sync = installSync(pair, table, 'old_only');
  const spent = primary?.indexes ?? [];
  const checks = pairChecks(context, pair, [...indexes, ...spent], constraints);
  const checksAfter = pairChecks(context, after, indexes, constraints);
  const standsIn = pair.down.onFailure.kind === 'stand_in';
  const label = `${pair.spoken.old} and ${pair.spoken.fresh} agree in every row`;
  const newForeignKey = (original: string) =>
    constraints.find((clone) => clone.original === original)?.name ?? original;
  return {
    add: [addColumnStep(context, pair)],
    sync: [
      makeStep(context, {
        slug: 'sync',
        phase: 'dual_write',
        title: `Keep ${pair.spoken.old} and ${pair.spoken.fresh} the same from now on`,
        sql: [...conversionFunctions(pair), ...sync.sql],
        undo: [...sync.undo, ...dropConversions(pair)],
        locks: lockOn(table, 'SHARE ROW EXCLUSIVE'),
        undoLocks: exclusiveOn(table),
      }),
    ],
    copy: [backfillStep(context, pair)],
    index: [...indexSteps(context, indexes), ...spent.map((index) => buildSpentIndex(context, index))],
    constrain: [...constraintSteps(context, constraints), analyzeStep(context, pair)],
    restore: spent.map((index) => restoreIndex(context, index)),
    swap,
    retire: contractSteps(context, after),
    drop: purgeSteps(
      context,
      after,
      proof,
      newForeignKey,
      links,
      indexes.flatMap((clone) =>
        clusterOn(table, clone.source, clone.source.constraint ?? clone.source.name),
      ),
    ),
    synced: [
      checks.mismatches('agree', pair, label, underSync(pair)),
      ...checks.roundTrip,
      ...checks.indexes,
      ...checks.validated,
    ],
    watch: [checks.syncInPlace],
    beforeSwap: [
      checks.syncInPlace,
      checks.mismatches('still_agree', pair, label, recently(pair)),
      ...checks.exceptions('old'),
    ],
    // Past this point nobody reads the new values any more.
    beforeSwapBack: [
      checksAfter.mismatches('agree_before_return', after, label, recently(pair)),
      ...checksAfter.exceptions('new', undefined, standsIn),
    ],
    beforeRetire: [
      checks.syncInPlace,
      checksAfter.mismatches('agree_before_retire', after, label, recently(pair)),
    ],
    beforeReturn:
      pair.old.notNull && pair.converts && !standsIn
        ? checksAfter.exceptions('new', pairConditions(after, 't', after.retiredName))
        : [],
    beforeDrop: [
      retentionCheck(checks.id, pair.table, pair.retiredName),
      checksAfter.mismatches('agree_before_delete', { ...checksAfter.retired, mirrored: [] }, label),
      columnUnusedCheck(
        checks.id('dependents'),
        `${relationLabel(table)}.${name}`,
        pair.table,
        pair.retiredName,
      ),
    ],
  };
}
