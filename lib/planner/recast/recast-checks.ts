import type { CheckSpec, CheckWork } from '@/lib/core/plan';
import { columnUnusedCheck, retentionCheck } from '../delete-checks';
import { type OperationContext, operationId } from '../plan-parts';
import {
  type PresentNames,
  type Recast,
  type RecastColumn,
  recastConditions,
  recastNames,
} from '../sync/recast';
import { listed } from './listed';
import { recastIndexes, recastProofs } from './sync-steps';

type Standing = Pick<Extract<CheckWork, { kind: 'mismatches' }>, 'sync' | 'mayBeRecent'>;

/** The checks of a recast, to be placed at their moments. */
export function recastChecks(context: OperationContext, recast: Recast) {
  const names = recastNames(recast);
  const [olds, news] = [listed(recast.olds), listed(recast.news)];
  const id = (name: string) => operationId(context, name);
  const on = recastConditions(recast, 't');
  const mismatches = (name: string, present: PresentNames, standing: Standing): CheckSpec => {
    const { disagrees } = recastConditions(recast, 't', present);
    return {
      id: id(name),
      title: `${olds} and ${news} agree in every row`,
      work: {
        kind: 'mismatches',
        table: recast.table,
        key: recast.key,
        where: disagrees,
        safeWhere: disagrees,
        show: [
          ...recast.olds.map((column) => present[column.name] ?? column.name),
          ...recast.news.map((column) => column.name),
        ],
        operation: context.index,
        ...standing,
      },
    };
  };
  const exceptions = (
    side: 'old' | 'new',
    title: string,
    still: string,
    columns: readonly RecastColumn[],
  ): CheckSpec => ({
    id: id(`exceptions_${side}`),
    title,
    work: {
      kind: 'exceptions',
      table: recast.table,
      key: recast.key,
      still,
      operation: context.index,
      side,
      column: columns[0]?.name ?? '',
    },
  });
  const sync = names.triggers;
  const indexes = recastIndexes(context, recast).map((index) => index.name);
  const proofs = recastProofs(context, recast).map((proof) => proof.name);
  const made: CheckSpec[] = [
    ...(indexes.length === 0
      ? []
      : [
          {
            id: id('indexes_valid'),
            title: 'The new indexes are valid',
            work: { kind: 'indexes_valid' as const, table: recast.table, names: indexes },
          },
        ]),
    ...(proofs.length === 0
      ? []
      : [
          {
            id: id('constraints_validated'),
            title: 'The new constraints are proven',
            work: { kind: 'constraints_validated' as const, table: recast.table, names: proofs },
          },
        ]),
  ];
  return {
    agree: mismatches('agree', {}, { sync }),
    recently: (name: string) => mismatches(name, {}, { sync, mayBeRecent: true }),
    made,
    syncInPlace: {
      id: id('sync_in_place'),
      title: 'The sync is in place and runs last',
      work: { kind: 'sync_in_place', table: recast.table, triggers: names.triggers },
    } satisfies CheckSpec,
    roundTrip: {
      id: id('round_trip'),
      title: `Every ${olds} survives the way there and back`,
      work: {
        kind: 'round_trip',
        table: recast.table,
        key: recast.key,
        where: on.doesNotReturn,
        failed: 'false',
        onFailure: 'value',
        column: recast.olds[0]?.name ?? '',
      },
    } satisfies CheckSpec,
    exceptions: {
      old: exceptions('old', `No ${olds} that ${news} cannot hold`, on.doesNotReturn, recast.olds),
      new: exceptions('new', `No ${news} that ${olds} cannot hold`, on.lossyNew, recast.news),
    },
    functionBodies: recast.olds.map(
      ({ name }): CheckSpec => ({
        id: id(`function_bodies.${name}`),
        title: `No function still names ${name}`,
        work: { kind: 'function_bodies', table: recast.table, column: name },
      }),
    ),
    beforeDelete: [
      ...recast.olds.slice(0, 1).map((column) => retentionCheck(id, recast.table, column.retiredName)),
      mismatches(
        'agree_before_delete',
        Object.fromEntries(recast.olds.map((column) => [column.name, column.retiredName])),
        {},
      ),
      ...recast.olds.map(({ name, retiredName }) =>
        columnUnusedCheck(id(`dependents.${name}`), name, recast.table, retiredName),
      ),
    ],
  };
}
