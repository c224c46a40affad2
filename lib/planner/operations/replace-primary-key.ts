import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { type ForeignKey, findTable, type TableInfo } from '../catalog';
import { type ConstraintClone, foreignKeyConstraint } from '../clone/constraints';
import { fitIdentifier } from '../names';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import { buildSpentIndex, restoreIndex, type SpentIndex } from '../pair/restore-steps';
import {
  alterTable,
  exclusiveOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  operationId,
  relationLabel,
} from '../plan-parts';
import { refuseIdentity, requireColumn, requireIndexRights } from '../refuse';

type ReplacePrimaryKey = OperationOf<'replace_primary_key'>;

interface Inbound {
  readonly table: TableInfo;
  readonly key: ForeignKey;
  readonly constraint: ConstraintClone;
}

/** Foreign keys that rest upon the primary key's index. */
function inboundKeys(context: OperationContext): Inbound[] {
  const { table, catalog } = context;
  return table.inboundForeignKeys.flatMap((inbound) => {
    const child = findTable(catalog, inbound.table);
    const key = child?.foreignKeys.find((each) => each.name === inbound.name);
    return child === undefined || key === undefined
      ? []
      : [{ table: child, key, constraint: foreignKeyConstraint(child, key) }];
  });
}

/** A foreign key that is added anew when the index under it changes, and proven afterwards, in a phase of its own. */
function proofSteps(context: OperationContext, inbound: readonly Inbound[]): Step[] {
  return inbound.map(({ table, key, constraint }) => {
    const about = constraint.comment === null ? [] : [constraint.comment];
    return makeStep(
      { ...context, table },
      {
        kind: 'validate',
        slug: `validate.${table.name}.${key.name}`,
        phase: 'contract',
        title: `Prove the ${constraint.what} of ${table.name} for every row`,
        sql: [constraint.validate],
        // Back to what Switch left: asked of new writes, not yet proven.
        undo: [
          `${constraint.drop}, ${constraint.add.slice(constraint.add.indexOf('ADD CONSTRAINT'))}`,
          ...about,
        ],
        locks: constraint.validateLocks,
        undoLocks: constraint.dropLocks,
        scans: true,
      },
    );
  });
}

/**
 * Other columns become the primary key. Its index is built beforehand, and one that keeps the old columns unique: upserts by
 * them, foreign keys to them, and the way back go on. Foreign keys to the old columns rest upon the index of the key that goes:
 * they are added anew in the transaction of the change, so that there is no moment without them, and proven in Retire.
 */
function replacePrimaryKeyOf(operation: ReplacePrimaryKey, context: OperationContext): OperationPlan {
  const { table } = context;
  const label = relationLabel(table);
  const refuse = (code: 'unsupported' | 'invalid_input', message: string, next: string): never => {
    throw new SegueError(code, message, { object: label, next });
  };
  const current = table.indexes.find((index) => index.primary);
  if (current === undefined)
    return refuse(
      'unsupported',
      `"${label}" has no primary key.`,
      'Add one with SQL of your own. Where the same change drops it, give replace_primary_key alone: it takes the old one away, and keeps its columns unique.',
    );
  if (current.replicaIdentity) refuseIdentity(table, current, 'would be another');
  const columns = operation.columns.map((name) => requireColumn(table, name));
  if (columns.map((column) => column.name).join() === table.primaryKey.join())
    refuse('invalid_input', `That is the primary key of "${label}" already.`, 'Nothing needs to be done.');
  const nullable = columns.find((column) => !column.notNull);
  if (nullable !== undefined)
    refuse(
      'unsupported',
      `"${label}.${nullable.name}" may be NULL, which a primary key cannot.`,
      `Make ${nullable.name} NOT NULL first, with set_not_null.`,
    );
  requireIndexRights(table);
  const key = current.constraint ?? current.name;
  const freshName = fitIdentifier(`segue_key_${context.tag}_${context.index + 1}`);
  const spareName = fitIdentifier(`${table.name}_${table.primaryKey.join('_')}_key`);
  if (table.takenNames.includes(spareName))
    refuse('unsupported', `The name "${spareName}" is taken.`, `Rename "${spareName}" first.`);
  const unique = (name: string, names: readonly string[], what: string): SpentIndex => ({
    name,
    what,
    create: `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdent(name)} ON ${quoteName(table)} (${names.map(quoteIdent).join(', ')})`,
  });
  const fresh = unique(freshName, operation.columns, `the index of the new primary key of ${table.name}`);
  const spare = unique(
    spareName,
    table.primaryKey,
    `the index that keeps ${table.primaryKey.join(', ')} unique`,
  );
  const inbound = inboundKeys(context);
  const proven = inbound.filter(({ constraint }) => constraint.proven);
  const drop = inbound.map(({ constraint }) => constraint.drop);
  const add = inbound.flatMap(({ constraint }) => [
    constraint.add,
    ...(constraint.comment === null ? [] : [constraint.comment]),
  ]);
  const about =
    current.comment === null
      ? []
      : [
          `COMMENT ON INDEX ${quoteName({ schema: table.schema, name: key })} IS ${quoteLiteral(current.comment)}`,
        ];
  const replace = (index: string) =>
    `${alterTable(table)} DROP CONSTRAINT ${quoteIdent(key)}, ADD CONSTRAINT ${quoteIdent(key)} PRIMARY KEY USING INDEX ${quoteIdent(index)}`;
  const locks = new Map(
    [...exclusiveOn(table), ...inbound.flatMap(({ constraint }) => constraint.dropLocks)].map((lock) => [
      lock.relation,
      lock,
    ]),
  );
  const names = operation.columns.join(', ');
  const relation = { schema: table.schema, name: table.name };
  return {
    newCodeAfter: null,
    oldCodeBefore: null,
    changes: [table, ...inbound.map((each) => each.table)].map(({ schema, name }) => ({ schema, name })),
    findings: [
      {
        rule: 'old-key-stays-unique',
        severity: 'info',
        operation: context.index,
        message: `The index ${spareName} keeps ${table.primaryKey.join(', ')} unique, for upserts, foreign keys and the way back.`,
        fix: 'Drop it with drop_index once nothing needs it.',
      },
    ],
    phases: {
      dual_write: {
        summary: `Builds the index of the new primary key of ${table.name}, and one that keeps ${table.primaryKey.join(', ')} unique. From then on two rows with the same ${names} are refused.`,
        steps: [buildSpentIndex(context, fresh), buildSpentIndex(context, spare)],
        entryChecks: [
          {
            id: operationId(context, 'duplicates'),
            title: 'No two rows are the same for the new primary key',
            work: {
              kind: 'duplicates',
              table: relation,
              key: table.key ?? [],
              values: operation.columns.map((column) => `t.${quoteIdent(column)}`),
              where: 'true',
            },
          },
        ],
        exitChecks: [
          {
            id: operationId(context, 'indexes_valid'),
            title: 'The new indexes are valid',
            work: { kind: 'indexes_valid', table: relation, names: [freshName, spareName] },
          },
        ],
        lossless: true,
        rollback: 'Drops both indexes.',
      },
      switch: {
        summary: `Lets ${names} be the primary key of ${table.name}, in one transaction that reads no row.`,
        steps: [
          restoreIndex(context, fresh),
          restoreIndex(context, spare),
          ...proven.map(({ table: child, key: foreignKey, constraint }) =>
            makeStep(
              { ...context, table: child },
              {
                kind: 'validate',
                slug: `prove_back.${child.name}.${foreignKey.name}`,
                phase: 'switch',
                title: `On the way back: prove the ${constraint.what} of ${child.name} for every row`,
                sql: [],
                undo: [constraint.validate],
                locks: [],
                undoLocks: constraint.validateLocks,
              },
            ),
          ),
          makeStep(context, {
            slug: 'swap',
            phase: 'switch',
            title: `Let ${names} be the primary key`,
            sql: [...drop, replace(freshName), ...about, ...add],
            undo: [...drop, replace(spareName), ...about, ...add],
            locks: [...locks.values()],
          }),
        ],
        lossless: true,
        rollback: `${table.primaryKey.join(', ')} is the primary key again, at once; the two indexes are then built again for another Switch.`,
      },
      ...(proven.length === 0
        ? {}
        : {
            contract: {
              summary: `Proves the foreign keys to ${table.name} for every row. New writes are held to them all the time.`,
              steps: proofSteps(context, proven),
              lossless: true,
              rollback: 'Nothing changes but that the foreign keys count as not proven again.',
            },
          }),
    },
  };
}

export const replacePrimaryKey: OperationDefinition<'replace_primary_key'> = {
  compile: onTable(replacePrimaryKeyOf),
  touches: ({ table, columns }) => touch(table, 'column', columns, false),
};
