import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { requireConstraint } from '../direct/require-constraint';
import { type OperationDefinition, onTable, touch } from '../operation-definition';
import {
  alterTable,
  exclusiveOn,
  makeStep,
  notBefore,
  type OperationContext,
  type OperationPlan,
  relationLabel,
} from '../plan-parts';

/** Another name for a constraint, and for the index that carries it. */
function renameConstraintOf(
  operation: OperationOf<'rename_constraint'>,
  context: OperationContext,
): OperationPlan {
  const { table } = context;
  const { from, to } = operation;
  const constraint = requireConstraint(table, from, 'from');
  if (table.takenNames.includes(to))
    throw new SegueError(
      'name_taken',
      `The name "${to}" is taken in "${relationLabel(table)}" or its schema.`,
      {
        object: `${relationLabel(table)}.${to}`,
        next: 'Choose another name.',
        evidence: { field: 'to' },
      },
    );
  const phase = notBefore('switch', context);
  const rename = (old: string, fresh: string) =>
    `${alterTable(table)} RENAME CONSTRAINT ${quoteIdent(old)} TO ${quoteIdent(fresh)}`;
  return {
    newCodeAfter: null,
    oldCodeBefore: null,
    findings: [
      {
        rule: 'constraint-name-in-code',
        severity: 'warning',
        operation: context.index,
        message: `Code that names ${from}, in ON CONFLICT ON CONSTRAINT or to tell errors apart, has to know both names while this runs.`,
        fix: 'Name columns in ON CONFLICT; compare errors with both names.',
      },
    ],
    phases: {
      [phase]: {
        summary: `Renames the constraint ${from} to ${to}${constraint.index === null ? '' : ', and its index with it'}.`,
        steps: [
          makeStep(context, {
            slug: 'rename_constraint',
            phase,
            title: `Rename ${from} to ${to}`,
            sql: [rename(from, to)],
            undo: [rename(to, from)],
            locks: exclusiveOn(table),
          }),
        ],
        entryChecks: [
          {
            id: `${context.index + 1}.function_bodies`,
            title: `No function names ${from}`,
            work: {
              kind: 'function_bodies',
              table: { schema: table.schema, name: table.name },
              column: from,
            },
          },
        ],
        lossless: true,
        rollback: `Renames it back to ${from}.`,
      },
    },
  };
}

export const renameConstraint: OperationDefinition<'rename_constraint'> = {
  compile: onTable(renameConstraintOf),
  touches: ({ table, from, to }) => touch(table, 'constraint', [from, to], true),
};
