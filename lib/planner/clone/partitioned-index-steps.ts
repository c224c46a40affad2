import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { exclusiveOn, lockOn, makeStep, type OperationContext, relationLabel } from '../plan-parts';
import { indexAttributes } from './index-attributes';
import type { IndexClone, IndexPart } from './indexes';

const indexName = (relation: RelationName, name: string) =>
  `${quoteIdent(relation.schema)}.${quoteIdent(name)}`;

/**
 * An index on a partitioned table cannot be built concurrently at once: it is made on the upper tables alone, where it is
 * empty and not yet valid, built concurrently on each partition that holds rows, and attached from below. A unique
 * constraint likewise: PostgreSQL makes none of an index that is there already on a partitioned table.
 */
export function partitionedIndexSteps(context: OperationContext, clone: IndexClone): Step[] {
  const { table } = context;
  const constrained = clone.addConstraint !== null;
  const upper: readonly { readonly relation: RelationName; readonly name: string }[] = [
    { relation: table, name: clone.name },
    ...clone.parts.filter((part) => !part.leaf),
  ];
  const leaves = clone.parts.filter((part) => part.leaf);
  const frame = upper.map(({ relation, name }) =>
    constrained ? clone.constrainOnly(relation, name) : clone.createOn(relation, name, 'only'),
  );
  const unframe = [...upper]
    .reverse()
    .map(({ relation, name }) =>
      constrained
        ? `ALTER TABLE ${quoteName(relation)} DROP CONSTRAINT ${quoteIdent(name)}`
        : `DROP INDEX ${indexName(relation, name)}`,
    );
  const upperTables = upper.map(({ relation }) => relation);
  const nameAbove = (part: IndexPart): string =>
    upper.find(({ relation }) => relationLabel(relation) === relationLabel(part.parent))?.name ?? clone.name;
  // From below: an upper index becomes valid when the last of its partitions' is attached.
  const attach = [...leaves, ...clone.parts.filter((part) => !part.leaf).reverse()].map(
    (part) =>
      `ALTER INDEX ${indexName(part.parent, nameAbove(part))} ATTACH PARTITION ${indexName(part.relation, part.name)}`,
  );
  const indexLock = (part: IndexPart) => exclusiveOn({ schema: part.relation.schema, name: part.name });
  const leafIndexes = leaves.flatMap(indexLock);
  const subIndexes = clone.parts.filter((part) => !part.leaf).flatMap(indexLock);
  const constrainLeaves = constrained
    ? leaves.map(
        ({ relation, name }) =>
          `ALTER TABLE ${quoteName(relation)} ADD CONSTRAINT ${quoteIdent(name)} UNIQUE USING INDEX ${quoteIdent(name)}${clone.source.deferrable ? ` DEFERRABLE${clone.source.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : ''}`,
      )
    : [];
  const about = indexAttributes(table, clone.source, clone.name);
  const builds = leaves.map((part) =>
    makeStep(
      { ...context, table: part.relation },
      {
        kind: 'build_index',
        slug: `index.${part.name}`,
        phase: 'dual_write',
        title: `Build the index ${part.name} on the partition ${part.relation.name}`,
        sql: [clone.createOn(part.relation, part.name, 'concurrently')],
        undo: [`DROP INDEX CONCURRENTLY IF EXISTS ${indexName(part.relation, part.name)}`],
        locks: lockOn(part.relation, 'SHARE UPDATE EXCLUSIVE'),
        transactional: false,
        undoTransactional: false,
        scans: true,
        extra: { index: { table: part.relation, name: part.name } },
      },
    ),
  );
  return [
    makeStep(context, {
      slug: `index.${clone.name}`,
      phase: 'dual_write',
      title: `Prepare the index ${clone.name}`,
      sql: frame,
      undo: unframe,
      locks: upperTables.map((relation) => ({
        relation: relationLabel(relation),
        mode: constrained ? 'ACCESS EXCLUSIVE' : 'SHARE',
      })),
      undoLocks: exclusiveOn(table),
    }),
    ...builds,
    makeStep(context, {
      slug: `attach.${clone.name}`,
      phase: 'dual_write',
      title: `Attach the partitions' indexes to ${clone.name}`,
      sql: [...constrainLeaves, ...attach, ...about],
      // An index that is attached goes with the one above it; what was prepared stays, as before this step.
      undo: [
        constrained
          ? `ALTER TABLE ${quoteName(table)} DROP CONSTRAINT ${quoteIdent(clone.name)}`
          : `DROP INDEX ${indexName(table, clone.name)}`,
        ...frame,
      ],
      // Every query on a partition locks its indexes: to attach one holds them up as a lock on the partition would.
      locks: constrained
        ? [...leaves.flatMap((part) => exclusiveOn(part.relation)), ...subIndexes]
        : [...leafIndexes, ...subIndexes],
      undoLocks: exclusiveOn(table),
      extra: { alsoUndoes: builds.map(({ id }) => id) },
    }),
  ];
}
