import type { Step } from '@/lib/core/plan';
import { parseExpression } from '@/lib/sql/expression';
import { exclusiveOn, lockOn, makeStep, type OperationContext, type OperationPlan } from './plan-parts';
import { requireUnruled } from './refuse-unfit';
import { fillBackfill } from './sync/fill-backfill';
import { fillNames, fillStatements } from './sync/fill-function';

/** A nullable new column that follows what it is computed from for as long as code runs that does not know it. Pure. */
export function followPhases(
  context: OperationContext,
  input: { readonly column: string; readonly value: string; readonly before: Step; readonly type: string },
): OperationPlan {
  const { table } = context;
  requireUnruled(table);
  const value = parseExpression(input.value);
  const fill = {
    table,
    column: input.column,
    value,
    follows: { baseType: input.type, deterministic: true },
    never: false,
    tag: context.tag,
    operation: context.index,
  };
  const { sql, undo } = fillStatements(fill);
  const inPlace = {
    id: `${context.index + 1}.sync_in_place`,
    title: 'The following trigger is in place',
    work: {
      kind: 'sync_in_place' as const,
      table: { schema: table.schema, name: table.name },
      triggers: [fillNames(fill).trigger, fillNames(fill).followTrigger],
    },
  };
  return {
    newCodeAfter: 'dual_write',
    oldCodeBefore: 'contract',
    findings: [],
    phases: {
      expand: {
        summary: `Adds ${input.column}, empty for now.`,
        steps: [input.before],
        lossless: true,
        rollback: `Takes ${input.column} out of use. It is dropped if it holds nothing, and kept as a retired column if it does.`,
      },
      dual_write: {
        summary: `Gives ${input.column} the value ${input.value}: in new writes by a trigger, which also follows what the value is computed from, and in the rows that are there by a backfill.`,
        steps: [
          makeStep(context, {
            slug: 'fill',
            phase: 'dual_write',
            title: `Fill ${input.column} where code leaves it out`,
            sql,
            undo,
            locks: lockOn(table, 'SHARE ROW EXCLUSIVE'),
            undoLocks: exclusiveOn(table),
          }),
          fillBackfill(context, input.column, value, fill.follows),
        ],
        watchChecks: [inPlace],
        lossless: true,
        rollback: `Takes the trigger away; ${input.column} keeps its values.`,
      },
      contract: {
        summary: `Takes the filling trigger away. From here on code writes ${input.column} itself.`,
        steps: [
          makeStep(context, {
            slug: 'stop_filling',
            phase: 'contract',
            title: `Stop filling ${input.column}`,
            sql: undo,
            undo: sql,
            locks: exclusiveOn(table),
            undoLocks: lockOn(table, 'SHARE ROW EXCLUSIVE'),
          }),
        ],
        entryChecks: [inPlace],
        lossless: true,
        rollback: 'Brings the filling trigger back.',
      },
    },
  };
}
