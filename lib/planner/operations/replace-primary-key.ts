import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { type ForeignKey, findTable, type TableInfo } from '../catalog';
import { foreignKeyConstraint } from '../clone/constraints';
import { fitIdentifier } from '../names';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import {
  alterTable,
  exclusiveOn,
  lockOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  operationId,
  relationLabel,
} from '../plan-parts';
import { requireColumn, requireIndexRights } from '../refuse';

type ReplacePrimaryKey = OperationOf<'replace_primary_key'>;

interface Inbound {
  readonly table: TableInfo;
  readonly key: ForeignKey;
}

/** Foreign keys that rest upon the primary key's index. */
function inboundKeys(context: OperationContext): Inbound[] {
  const { table, catalog } = context;
  return table.inboundForeignKeys.flatMap((inbound) => {
    const child = findTable(catalog, inbound.table);
    const key = child?.foreignKeys.find((each) => each.name === inbound.name);
    return child === undefined || key === undefined ? [] : [{ table: child, key }];
  });
}

/**
 * Other columns become the primary key. Its index is built beforehand, and one that keeps the old columns unique: upserts by
 * them, foreign keys to them, and the way back go on. Foreign keys to the old columns are added anew in the transaction of the
 * change, so that there is no moment without them, and proven afterwards.
 */
function replacePrimaryKeyOf(operation: ReplacePrimaryKey, context: OperationContext): OperationPlan {
  const { table } = context;
  const label = relationLabel(table);
  const refuse = (code: 'unsupported' | 'invalid_input', message: string, next: string): never => {
    throw new SegueError(code, message, { object: label, next });
  };
  const current = table.indexes.find((index) => index.primary);
  if (current === undefined)
    return refuse('unsupported', `"${label}" has no primary key.`, 'Add one with SQL of your own.');
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
  const fresh = fitIdentifier(`segue_key_${context.tag}_${context.index + 1}`);
  const spare = fitIdentifier(`${table.name}_${table.primaryKey.join('_')}_key`);
  if (table.takenNames.includes(spare))
    refuse('unsupported', `The name "${spare}" is taken.`, `Rename "${spare}" first.`);
  const list = (names: readonly string[]) => names.map(quoteIdent).join(', ');
  const build = (name: string, names: readonly string[], title: string) =>
    makeStep(context, {
      kind: 'build_index',
      slug: `index.${name}`,
      phase: 'switch',
      title,
      sql: [`CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdent(name)} ON ${quoteName(table)} (${list(names)})`],
      undo: [`DROP INDEX CONCURRENTLY IF EXISTS ${quoteName({ schema: table.schema, name })}`],
      locks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
      transactional: false,
      undoTransactional: false,
      scans: true,
      extra: { index: { table: { schema: table.schema, name: table.name }, name } },
    });
  const inbound = inboundKeys(context).map((each) => ({
    ...each,
    constraint: foreignKeyConstraint(each.table, each.key),
  }));
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
  const prove = (back: boolean) =>
    inbound.map(({ table: child, key: foreign, constraint }) =>
      makeStep(
        { ...context, table: child },
        {
          kind: 'validate',
          slug: `${back ? 'prove_back' : 'validate'}.${child.name}.${foreign.name}`,
          phase: 'switch',
          title: `${back ? 'On the way back: prove' : 'Prove'} ${constraint.what} for every row`,
          sql: back ? [] : [constraint.validate],
          undo: back ? [constraint.validate] : [],
          locks: back ? [] : constraint.validateLocks,
          undoLocks: back ? constraint.validateLocks : [],
          scans: !back,
        },
      ),
    );
  return {
    newCodeAfter: null,
    oldCodeBefore: null,
    changes: [table, ...inbound.map((each) => each.table)].map(({ schema, name }) => ({ schema, name })),
    findings: [
      {
        rule: 'old-key-stays-unique',
        severity: 'info',
        operation: context.index,
        message: `The index ${spare} keeps ${table.primaryKey.join(', ')} unique, for upserts, foreign keys and the way back.`,
        fix: 'Drop it with drop_index once nothing needs it.',
      },
    ],
    phases: {
      switch: {
        summary: `Builds the index of the new primary key of ${table.name} and one that keeps the old columns unique, then lets ${operation.columns.join(', ')} be the primary key.`,
        steps: [
          build(fresh, operation.columns, `Build the index of the new primary key of ${table.name}`),
          build(spare, table.primaryKey, `Build the index that keeps ${table.primaryKey.join(', ')} unique`),
          ...prove(true),
          makeStep(context, {
            slug: 'swap',
            phase: 'switch',
            title: `Let ${operation.columns.join(', ')} be the primary key`,
            sql: [...drop, replace(fresh), ...about, ...add],
            undo: [...drop, replace(spare), ...about, ...add],
            locks: [...locks.values()],
          }),
          ...prove(false),
        ],
        entryChecks: [
          {
            id: operationId(context, 'duplicates'),
            title: 'No two rows are the same for the new primary key',
            work: {
              kind: 'duplicates',
              table: { schema: table.schema, name: table.name },
              key: table.key ?? [],
              values: operation.columns.map((column) => `t.${quoteIdent(column)}`),
              where: 'true',
            },
          },
        ],
        lossless: true,
        rollback: `${table.primaryKey.join(', ')} is the primary key again.`,
      },
    },
  };
}

export const replacePrimaryKey: OperationDefinition<'replace_primary_key'> = {
  compile: onTable(replacePrimaryKeyOf),
  touches: ({ table, columns }) => touch(table, 'column', columns, false),
};
