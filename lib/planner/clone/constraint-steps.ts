import type { CheckSpec, PhaseKind, Step } from '@/lib/core/plan';
import { makeStep, type OperationContext, operationId, relationLabel } from '../plan-parts';
import type { ConstraintClone } from './constraints';

/** NOT VALID first, the proof in a transaction of its own: both in one would scan under ACCESS EXCLUSIVE. */
export function constraintSteps(
  context: OperationContext,
  clones: readonly ConstraintClone[],
  phase: PhaseKind = 'dual_write',
): Step[] {
  return clones.flatMap(
    (clone) =>
      partitionedForeignKey(context, clone, phase) ?? [
        makeStep(context, {
          slug: `constraint.${clone.name}`,
          phase,
          title: `Ask for ${clone.what} in new writes`,
          sql: [clone.add, ...(clone.comment === null ? [] : [clone.comment])],
          undo: [clone.drop],
          locks: clone.addLocks,
          undoLocks: clone.dropLocks,
        }),
        ...(clone.proven
          ? [
              makeStep(context, {
                kind: 'validate',
                slug: `validate.${clone.name}`,
                phase,
                title: `Prove ${clone.what} for every row`,
                sql: [clone.validate],
                undo: [],
                locks: clone.validateLocks,
                undoLocks: [],
                scans: true,
              }),
            ]
          : []),
      ],
  );
}

/**
 * Up to PostgreSQL 17 a foreign key of a partitioned table cannot be NOT VALID: it is added and proven on each partition,
 * and the one of the whole table then takes these over without reading a row. null: not needed here.
 */
function partitionedForeignKey(
  context: OperationContext,
  clone: ConstraintClone,
  phase: PhaseKind,
): Step[] | null {
  const { onPartition, addValid } = clone;
  const leaves = context.table.partitions.filter((partition) => partition.leaf);
  if (!clone.proven || onPartition === undefined || addValid === undefined || leaves.length === 0)
    return null;
  if (context.catalog.serverVersionNum >= 180_000) return null;
  const parts = leaves.map(({ schema, name }) => ({
    table: { schema, name },
    key: onPartition({ schema, name }),
  }));
  const proofs = parts.map(({ table, key }) =>
    makeStep(
      { ...context, table },
      {
        kind: 'validate',
        slug: `validate.${clone.name}.${table.name}`,
        phase,
        title: `Prove ${clone.what} for every row of the partition ${table.name}`,
        sql: [key.validate],
        undo: [],
        locks: key.validateLocks,
        undoLocks: [],
        scans: true,
      },
    ),
  );
  const own = new Set([context.table, ...context.table.partitions].map(relationLabel));
  return [
    ...parts.map(({ table, key }) =>
      makeStep(
        { ...context, table },
        {
          slug: `constraint.${clone.name}.${table.name}`,
          phase,
          title: `Ask for ${clone.what} in new writes to the partition ${table.name}`,
          sql: [key.add],
          undo: [key.drop],
          locks: key.addLocks,
          undoLocks: key.dropLocks,
        },
      ),
    ),
    ...proofs,
    makeStep(context, {
      slug: `constraint.${clone.name}`,
      phase,
      title: `Make it the ${clone.what} of the whole table`,
      sql: [addValid, ...(clone.comment === null ? [] : [clone.comment])],
      undo: [clone.drop, ...parts.map(({ key }) => key.add)],
      // To take a partition's key over, its triggers on the referenced table are dropped.
      locks: clone.addLocks.map((lock) =>
        own.has(lock.relation) ? lock : { ...lock, mode: 'ACCESS EXCLUSIVE' },
      ),
      undoLocks: clone.dropLocks,
      // The partitions' own keys are asked for anew, and no longer proven.
      extra: { alsoUndoes: proofs.map(({ id }) => id) },
    }),
  ];
}

/** Whether those of the constraints that are to be proven are, each by a check of its own. */
export function provenChecks(context: OperationContext, clones: readonly ConstraintClone[]): CheckSpec[] {
  const { schema, name } = context.table;
  return clones
    .filter(({ proven }) => proven)
    .map((clone) => ({
      id: operationId(context, `proven.${clone.name}`),
      title: `The ${clone.what} is proven`,
      work: { kind: 'constraints_validated', table: { schema, name }, names: [clone.name] },
    }));
}
