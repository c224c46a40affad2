import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { fitIdentifier } from '../names';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import { keyReferences } from '../pair/key-references';
import { buildSpentIndex, restoreIndex, type SpentIndex } from '../pair/restore-steps';
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
import { refuseIdentity, requireColumn, requireIndexRights } from '../refuse';

type ReplacePrimaryKey = OperationOf<'replace_primary_key'>;

/**
 * Other columns become the primary key. Its index is built beforehand, and one that keeps the old columns unique: upserts by
 * them, foreign keys to them, and the way back go on. Foreign keys to the old columns rest upon the index of the key that goes:
 * Sync makes each a second time, upon the other index, and proves it, so that the change reads no row (keyReferences).
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
  const named = operation.name ?? key;
  if (named !== key && table.takenNames.includes(named))
    refuse('invalid_input', `The name "${named}" is taken.`, `Rename "${named}" first.`);
  const keeps = operation.dropUnique !== true;
  const freshName = fitIdentifier(`segue_key_${context.tag}_${context.index + 1}`);
  const spareName = fitIdentifier(
    keeps
      ? `${table.name}_${table.primaryKey.join('_')}_key`
      : `segue_spare_${context.tag}_${context.index + 1}`,
  );
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
  const references = keyReferences(context, key, spareName);
  const referenced = references.tables.length > 0;
  if (referenced && !keeps)
    refuse(
      'unsupported',
      `Foreign keys rest on the primary key of "${label}", so that ${table.primaryKey.join(', ')} has to stay unique.`,
      'Leave dropUnique out, or drop the foreign keys first.',
    );
  const about = (name: string) =>
    current.comment === null
      ? []
      : [`COMMENT ON INDEX ${quoteName({ schema: table.schema, name })} IS ${quoteLiteral(current.comment)}`];
  const replace = (from: string, to: string, index: string) =>
    `${alterTable(table)} DROP CONSTRAINT ${quoteIdent(from)}, ADD CONSTRAINT ${quoteIdent(to)} PRIMARY KEY USING INDEX ${quoteIdent(index)}`;
  const locks = new Map([...exclusiveOn(table), ...references.locks].map((lock) => [lock.relation, lock]));
  const names = operation.columns.join(', ');
  const oldNames = table.primaryKey.join(', ');
  const relation = { schema: table.schema, name: table.name };
  return {
    newCodeAfter: null,
    oldCodeBefore: keeps ? null : 'purge',
    changes: [table, ...references.tables].map(({ schema, name }) => ({ schema, name })),
    findings: [
      keeps
        ? {
            rule: 'old-key-stays-unique',
            severity: 'info',
            operation: context.index,
            message: `The index ${spareName} keeps ${oldNames} unique, for upserts, foreign keys and the way back.`,
            fix: 'Drop it with drop_index once nothing needs it.',
          }
        : {
            rule: 'old-key-unique-until-delete',
            severity: 'warning',
            operation: context.index,
            message: `Until Delete two rows with the same ${oldNames} are refused, for upserts and the way back. After it ON CONFLICT over ${oldNames} fails.`,
            fix: `If ${oldNames} must stay unique, add a unique constraint over it.`,
          },
    ],
    phases: {
      dual_write: {
        summary: `Builds the index of the new primary key of ${table.name}, and one that keeps ${table.primaryKey.join(', ')} unique.${referenced ? ` Foreign keys to ${table.name} are made and proven a second time, upon that one.` : ''} From then on two rows with the same ${names} are refused.`,
        steps: [buildSpentIndex(context, fresh), buildSpentIndex(context, spare), ...references.sync],
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
          ...references.proven,
        ],
        lossless: true,
        rollback: `Drops both indexes${referenced ? ' and the second foreign keys' : ''}.`,
      },
      switch: {
        summary: `Lets ${names} be the primary key of ${table.name}, in one transaction that reads no row.`,
        steps: [
          // Undone from the end: foreign keys need the index that they rest upon.
          ...references.restore,
          restoreIndex(context, fresh),
          restoreIndex(context, spare),
          makeStep(context, {
            slug: 'swap',
            phase: 'switch',
            title: `Let ${names} be the primary key`,
            // Where a file drops the key its comment goes with it.
            sql: [
              ...references.drop,
              replace(key, named, freshName),
              ...(keeps ? about(named) : []),
              ...references.takeOver,
            ],
            undo: [replace(named, key, spareName), ...about(key)],
            locks: [...locks.values()],
            undoLocks: exclusiveOn(table),
          }),
        ],
        lossless: true,
        rollback: `${oldNames} is the primary key again, at once. Then the two indexes${referenced ? ' and the second foreign keys' : ''} are made again for another Switch, which takes about as long as Sync and blocks nobody.`,
      },
      ...(keeps
        ? {}
        : {
            purge: {
              summary: `Drops the index that kept ${oldNames} of ${table.name} unique. This cannot be undone.`,
              steps: [
                makeStep(context, {
                  kind: 'drop_index',
                  slug: 'drop_spare',
                  phase: 'purge',
                  title: `Drop the index that kept ${oldNames} unique`,
                  sql: [
                    `DROP INDEX CONCURRENTLY IF EXISTS ${quoteName({ schema: table.schema, name: spareName })}`,
                  ],
                  undo: [],
                  locks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
                  transactional: false,
                  extra: { index: { table: relation, name: spareName } },
                }),
              ],
              lossless: false,
              rollback: 'Cannot be rolled back.',
            },
          }),
    },
  };
}

export const replacePrimaryKey: OperationDefinition<'replace_primary_key'> = {
  compile: onTable(replacePrimaryKeyOf),
  touches: ({ table, columns, name }) => [
    ...touch(table, 'column', columns, false),
    ...touch(table, 'constraint', [name], true),
  ],
};
