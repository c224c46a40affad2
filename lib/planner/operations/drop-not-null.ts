import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { notNullProof } from '../clone/constraints';
import { changesColumns, type OperationDefinition, onAnyTable } from '../operation-definition';
import { setNotNull } from '../pair/not-null';
import {
  alterTable,
  exclusiveOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from '../plan-parts';
import { refuse, refuseIdentity, requireColumn } from '../refuse';

/** NULL allowed. The way back proves that there is none again, without blocking anybody. */
function dropNotNullOf(operation: OperationOf<'drop_not_null'>, context: OperationContext): OperationPlan {
  const { table } = context;
  const column = requireColumn(table, operation.column);
  const label = `${relationLabel(table)}.${column.name}`;
  if (!column.notNull && !context.catalog.assumed)
    throw new SegueError('unsupported', `"${label}" may be NULL already.`, {
      object: label,
      next: 'Nothing needs to be done.',
    });
  if (table.primaryKey.includes(column.name) || column.identity !== null)
    refuse(
      `"${label}" is ${column.identity === null ? 'part of the primary key' : 'an identity column'}, which cannot be NULL.`,
      label,
      'Choose another column.',
      'column',
    );
  const identified = table.indexes.find(
    (index) => index.replicaIdentity && index.columns.some(({ name }) => name === column.name),
  );
  if (identified !== undefined) refuseIdentity(table, identified, `needs "${column.name}" in every row`);
  const proof = notNullProof(table, column.name, `segue_nn_${context.tag}_${context.index + 1}`);
  const back = column.notNullProven;
  const chosen =
    column.notNullName !== null &&
    (column.notNullComment !== null || column.notNullName !== `${table.name}_${column.name}_not_null`);
  return {
    newCodeAfter: 'expand',
    oldCodeBefore: null,
    findings: [
      {
        rule: 'old-code-meets-rows',
        severity: 'warning',
        operation: context.index,
        message: `As soon as new code writes NULL into ${column.name}, old code meets it, and the way back stops until a person has filled those rows.`,
        fix: 'Deploy code that can read NULL before code that writes it.',
      },
    ],
    phases: {
      expand: {
        summary: `Allows NULL in ${column.name}.`,
        steps: [
          makeStep(context, {
            slug: 'drop_proof_back',
            phase: 'expand',
            title: 'On the way back: drop the constraint that served as proof',
            sql: [],
            undo: back ? [proof.drop] : [],
            locks: [],
            undoLocks: back ? exclusiveOn(table) : [],
          }),
          makeStep(context, {
            slug: 'drop_not_null',
            phase: 'expand',
            title: `Allow NULL in ${column.name}`,
            sql: [`${alterTable(table)} ALTER COLUMN ${quoteIdent(column.name)} DROP NOT NULL`],
            undo: back
              ? setNotNull(table, column, chosen ? column.notNullName : null)
              : [
                  `${alterTable(table)} ADD CONSTRAINT ${quoteIdent(column.notNullName ?? '')} NOT NULL ${quoteIdent(column.name)} NOT VALID`,
                ],
            locks: exclusiveOn(table),
          }),
          ...(back
            ? [
                makeStep(context, {
                  kind: 'validate' as const,
                  slug: 'prove_back',
                  phase: 'expand',
                  title: `On the way back: prove that ${column.name} is never NULL`,
                  sql: [],
                  undo: [proof.validate],
                  locks: [],
                  undoLocks: proof.validateLocks,
                }),
                makeStep(context, {
                  slug: 'ask_back',
                  phase: 'expand',
                  title: `On the way back: refuse new NULLs in ${column.name}`,
                  sql: [],
                  undo: [proof.add],
                  locks: [],
                  undoLocks: proof.addLocks,
                }),
              ]
            : []),
        ],
        rollbackChecks: back
          ? [
              {
                id: `${context.index + 1}.no_nulls`,
                title: `${column.name} has a value in every row`,
                work: {
                  kind: 'null_rows',
                  table: { schema: table.schema, name: table.name },
                  key: table.key ?? [],
                  column: column.name,
                },
              },
            ]
          : [],
        lossless: true,
        rollback: `Sets ${column.name} NOT NULL again, proven. It stops, with their keys, while rows are NULL.`,
      },
    },
  };
}

export const dropNotNull: OperationDefinition<'drop_not_null'> = {
  compile: onAnyTable(dropNotNullOf),
  touches: changesColumns(({ column }) => [column]),
};
