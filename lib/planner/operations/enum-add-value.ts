import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { EnumInfo } from '../catalog';
import type { OperationDefinition } from '../operation-definition';
import { makeStep, type OperationPlan, type PlanContext, relationLabel } from '../plan-parts';
import { refuse } from '../refuse';

type EnumAddValue = OperationOf<'enum_add_value'>;

function requireEnum(operation: EnumAddValue, { catalog }: PlanContext): EnumInfo | null {
  const label = relationLabel(operation.type);
  const found = catalog.enums.find(
    ({ schema, name }) => schema === operation.type.schema && name === operation.type.name,
  );
  if (found === undefined) {
    if (catalog.assumed) return null;
    throw new SegueError('not_found', `There is no enum type "${label}" in this database.`, {
      object: label,
      next: 'Check the spelling and the schema; names are case-sensitive here.',
      evidence: { field: 'type' },
    });
  }
  if (!found.owned)
    throw new SegueError('missing_rights', `The role of this connection does not own the type "${label}".`, {
      object: label,
      next: `Connect as "${found.owner}".`,
    });
  if (found.labels.includes(operation.value))
    throw new SegueError('name_taken', `The type "${label}" has the value "${operation.value}" already.`, {
      object: label,
      next: 'Nothing needs to be done.',
      evidence: { field: 'value' },
    });
  const neighbour = operation.before ?? operation.after;
  if (neighbour !== undefined && !found.labels.includes(neighbour))
    refuse(
      `The type "${label}" has no value "${neighbour}".`,
      label,
      `Its values are: ${found.labels.join(', ')}.`,
      operation.before === undefined ? 'after' : 'before',
    );
  return found;
}

/** One more value of an enum type. No table is locked; PostgreSQL cannot take it away again, and the plan says so. */
function enumAddValueTo(operation: EnumAddValue, context: PlanContext): OperationPlan {
  if (operation.before !== undefined && operation.after !== undefined)
    refuse(
      'A new value stands before one value or after one, not both.',
      operation.value,
      'Say one of them.',
      'after',
    );
  requireEnum(operation, context);
  const { type, value } = operation;
  const label = relationLabel(type);
  const place =
    operation.before !== undefined
      ? ` BEFORE ${quoteLiteral(operation.before)}`
      : operation.after !== undefined
        ? ` AFTER ${quoteLiteral(operation.after)}`
        : '';
  return {
    newCodeAfter: 'expand',
    oldCodeBefore: null,
    findings: [
      {
        rule: 'enum-value-stays',
        severity: 'warning',
        operation: context.index,
        message: `PostgreSQL cannot remove "${value}" from ${label} again: a roll back leaves it there, unused. Code that reads a row with it must know it.`,
        fix: 'Deploy code that can read the value before code that writes it.',
      },
    ],
    changes: [],
    phases: {
      expand: {
        summary: `Adds the value "${value}" to ${label}. No table is locked.`,
        steps: [
          makeStep(
            { ...context, table: type },
            {
              slug: 'add_value',
              phase: 'expand',
              title: `Add "${value}" to ${label}`,
              sql: [`ALTER TYPE ${quoteName(type)} ADD VALUE IF NOT EXISTS ${quoteLiteral(value)}${place}`],
              undo: [],
              locks: [],
            },
          ),
        ],
        lossless: true,
        rollback: `Nothing changes in the database: the value "${value}" stays in ${label}. Rows that have it keep it.`,
      },
    },
  };
}

export const enumAddValue: OperationDefinition<'enum_add_value'> = {
  compile: enumAddValueTo,
  touches: ({ type, value }) => [{ relation: type, part: `value ${value}`, changes: true }],
  enums: ({ type }) => [type],
};
