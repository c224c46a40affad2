import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { indexAttributes } from '../clone/index-attributes';
import type { IndexClone } from '../clone/indexes';
import { partitionedIndexSteps } from '../clone/partitioned-index-steps';
import { exclusiveOn, lockOn, makeStep, type OperationContext } from '../plan-parts';
import { type Pair, pairConditions, pairNames, recordNumber } from '../sync/pair';

/** Copies the old column into the new one, batch by batch. */
export function backfillStep(context: OperationContext, pair: Pair): Step {
  const conditions = pairConditions(pair, 't');
  const source = `t.${quoteIdent(pair.old.name)}`;
  const expression = pair.converts ? pair.up.apply(source) : source;
  const onFailure = pair.up.onFailure.kind;
  return makeStep(context, {
    kind: 'backfill',
    slug: 'backfill',
    phase: 'dual_write',
    title: `Copy ${pair.spoken.old} to ${pair.spoken.fresh} in the rows that are there`,
    sql: [
      `UPDATE ${quoteName(pair.table)} AS t SET ${quoteIdent(pair.newName)} = ${expression} WHERE ${conditions.needsWork}`,
    ],
    undo: [],
    locks: lockOn(context.table, 'ROW EXCLUSIVE'),
    undoLocks: [],
    scans: true,
    extra: {
      backfill: {
        table: pair.table,
        key: pair.key,
        column: pair.newName,
        expression,
        safeExpression: pair.converts ? `${pairNames(pair).up}(${source})` : source,
        where: conditions.needsWork,
        safeWhere: conditions.safeNeedsWork,
        onFailure: onFailure === 'quarantine' ? 'quarantine' : onFailure === 'reject' ? 'reject' : 'none',
        failed: conditions.failed,
        operation: recordNumber(pair),
        estimatedRows: context.table.estimatedRows,
        ...(context.dualWrite === 'application' ? { byKey: true as const } : {}),
      },
    },
  });
}

/** Lets the planner of queries know the new column, before readers move. */
export function analyzeStep(context: OperationContext, pair: Pair): Step {
  const { table } = context;
  return makeStep(context, {
    kind: 'analyze',
    slug: 'analyze',
    phase: 'dual_write',
    title: `Refresh the statistics of ${table.name}`,
    sql: [`ANALYZE ${quoteName(table)} (${quoteIdent(pair.newName)})`],
    undo: [],
    locks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
    undoLocks: [],
    scans: true,
  });
}

/** Builds the clones of the old column's indexes, and makes constraints of those that are one. */
export function indexSteps(context: OperationContext, clones: readonly IndexClone[]): Step[] {
  if (context.table.partitions.length > 0)
    return clones.flatMap((clone) => partitionedIndexSteps(context, clone));
  return clones.flatMap((clone) => {
    const build = makeStep(context, {
      kind: 'build_index',
      slug: `index.${clone.name}`,
      phase: 'dual_write',
      title: `Build the index ${clone.name}`,
      sql: [clone.create],
      undo: [clone.drop],
      locks: lockOn(context.table, 'SHARE UPDATE EXCLUSIVE'),
      transactional: false,
      undoTransactional: false,
      scans: true,
      extra: {
        index: { table: { schema: context.table.schema, name: context.table.name }, name: clone.name },
      },
    });
    const about = indexAttributes(context.table, clone.source, clone.name);
    if (clone.addConstraint === null && about.length === 0) return [build];
    return [
      build,
      makeStep(context, {
        slug: `unique.${clone.name}`,
        phase: 'dual_write',
        title:
          clone.addConstraint === null
            ? `Describe the index ${clone.name}`
            : `Make ${clone.name} the unique constraint`,
        sql: [...(clone.addConstraint === null ? [] : [clone.addConstraint]), ...about],
        undo: clone.dropConstraint === null ? [] : [clone.dropConstraint],
        // What describes an index locks it alone.
        locks: clone.addConstraint === null ? [] : exclusiveOn(context.table),
        undoLocks: clone.dropConstraint === null ? [] : exclusiveOn(context.table),
        extra: clone.dropConstraint === null ? {} : { alsoUndoes: [build.id] },
      }),
    ];
  });
}
