import type { OperationOf } from '@/lib/core/operation';
import { quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { requireFreeRelation } from '../direct/free-relation';
import type { OperationDefinition } from '../operation-definition';
import { makeStep, type OperationPlan, type PlanContext, relationLabel } from '../plan-parts';
import { refuse } from '../refuse';

/** A new enum type. Nothing is locked; the way back drops it. */
function createEnumOf({ type, values }: OperationOf<'create_enum'>, context: PlanContext): OperationPlan {
  const label = relationLabel(type);
  requireFreeRelation(context, type, 'type');
  if (new Set(values).size < values.length)
    refuse(`A value of "${label}" is named twice.`, label, 'Name each value once.', 'values');
  return {
    newCodeAfter: 'expand',
    oldCodeBefore: null,
    findings: [],
    changes: [],
    phases: {
      expand: {
        summary: `Creates the enum type ${label}. Nobody uses it yet.`,
        steps: [
          makeStep(
            { ...context, table: type },
            {
              slug: 'create_enum',
              phase: 'expand',
              title: `Create the enum type ${type.name}`,
              sql: [`CREATE TYPE ${quoteName(type)} AS ENUM (${values.map(quoteLiteral).join(', ')})`],
              undo: [`DROP TYPE ${quoteName(type)}`],
              locks: [],
            },
          ),
        ],
        lossless: true,
        rollback: `Drops the type ${label}. It stops while a column still uses it.`,
      },
    },
  };
}

export const createEnum: OperationDefinition<'create_enum'> = {
  compile: createEnumOf,
  touches: ({ type }) => [{ relation: type, part: null, changes: true }],
  enums: ({ type }) => [type],
};
