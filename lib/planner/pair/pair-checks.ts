import type { CheckSpec, CheckWork } from '@/lib/core/plan';
import type { ConstraintClone } from '../clone/constraints';
import type { IndexClone } from '../clone/indexes';
import { type OperationContext, operationId } from '../plan-parts';
import { syncTriggers } from '../sync/install-sync';
import { type Pair, pairConditions, recordNumber } from '../sync/pair';

type Standing = Pick<Extract<CheckWork, { kind: 'mismatches' }>, 'sync' | 'mayBeRecent'>;

/** A comparison under the sync; a later one may rest on its pass while the sync stands unchanged. */
export function underSync(pair: Pair): Standing {
  return { sync: syncTriggers(pair) };
}

/** A comparison that may rest on a recent pass. */
export function recently(pair: Pair): Standing {
  return { sync: syncTriggers(pair), mayBeRecent: true };
}

/** The checks of a pair, to be placed at their moments. */
export function pairChecks(
  context: OperationContext,
  pair: Pair,
  clones: readonly Pick<IndexClone, 'name'>[],
  constraints: readonly ConstraintClone[],
) {
  const id = (name: string) => operationId(context, name);
  const retired = { ...pair, old: { ...pair.old, name: pair.retiredName } };
  const mismatches = (name: string, of: Pair, title: string, standing: Standing = {}): CheckSpec => {
    const conditions = pairConditions(of, 't');
    return {
      id: id(name),
      title,
      work: {
        kind: 'mismatches',
        table: pair.table,
        key: pair.key,
        where: conditions.disagrees,
        safeWhere: conditions.safeDisagrees,
        show: [of.old.name, pair.newName],
        operation: recordNumber(pair),
        ...standing,
      },
    };
  };
  const conditions = pairConditions(pair, 't');
  const indexes: CheckSpec[] =
    clones.length === 0
      ? []
      : [
          {
            id: id('indexes_valid'),
            title: 'The new indexes are valid',
            work: { kind: 'indexes_valid', table: pair.table, names: clones.map((clone) => clone.name) },
          },
        ];
  const proven = constraints.filter((constraint) => constraint.proven);
  const validated: CheckSpec[] =
    proven.length === 0
      ? []
      : [
          {
            id: id('constraints_validated'),
            title: 'The new constraints are proven',
            work: {
              kind: 'constraints_validated',
              table: pair.table,
              names: proven.map((constraint) => constraint.name),
            },
          },
        ];
  const roundTrip: CheckSpec[] = pair.converts
    ? [
        {
          id: id('round_trip'),
          title: `Every ${pair.spoken.old} survives the way there and back`,
          work: {
            kind: 'round_trip',
            table: pair.table,
            key: pair.key,
            where: `NOT (${conditions.survives})`,
            failed: conditions.failed,
            onFailure:
              pair.up.onFailure.kind === 'reject' || pair.up.onFailure.kind === 'quarantine'
                ? pair.up.onFailure.kind
                : 'value',
            column: pair.old.name,
          },
        },
      ]
    : [];
  const exceptions = (side: 'old' | 'new', of = conditions, mustGo = false): CheckSpec[] =>
    pair.converts
      ? [
          {
            id: id(`exceptions_${side}`),
            title:
              side === 'old'
                ? `No ${pair.spoken.old} that ${pair.spoken.fresh} cannot hold`
                : `No ${pair.spoken.fresh} that ${pair.spoken.old} cannot hold`,
            work: {
              kind: 'exceptions',
              table: pair.table,
              key: pair.key,
              still: side === 'old' ? of.lossyOld : of.lossyNew,
              operation: recordNumber(pair),
              side,
              column: side === 'old' ? pair.old.name : pair.newName,
              ...(mustGo ? { mustGo: true as const } : {}),
            },
          },
        ]
      : [];
  const syncInPlace: CheckSpec = {
    id: id('sync_in_place'),
    title: 'The sync is in place and runs last',
    work: {
      kind: 'sync_in_place',
      table: pair.table,
      triggers: syncTriggers(pair),
      // Where the names are swapped the condition would hold for one side of the swap only.
      ...(context.table.kind === 'partitioned table' && !pair.swaps
        ? { notCopied: conditions.safeDisagrees }
        : {}),
    },
  };
  const functionBodies = (name: string, column: string): CheckSpec => ({
    id: id(name),
    title: `No function still names ${column}`,
    work: { kind: 'function_bodies', table: pair.table, column },
  });
  return { mismatches, retired, indexes, validated, roundTrip, exceptions, syncInPlace, functionBodies, id };
}
