import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { parseExpression } from '@/lib/sql/expression';
import { exclusiveOn, makeStep, type OperationContext, type OperationPlan } from './plan-parts';
import { requireUnruled } from './refuse-unfit';
import { fillBackfill } from './sync/fill-backfill';

/** A nullable new column whose existing rows get a value, with or without a default that stays. Pure. */
export function defaultPhases(
  context: OperationContext,
  input: { column: string; value: string; defaultSql: string | null; before: Step },
): OperationPlan {
  const { table } = context;
  requireUnruled(table);
  const column = quoteIdent(input.column);
  const alter = `ALTER TABLE ${quoteName(table)}`;
  const setDefault =
    input.defaultSql === null
      ? []
      : [
          makeStep(context, {
            slug: 'set_default',
            phase: 'dual_write',
            title: `Give ${input.column} its default for new rows`,
            sql: [`${alter} ALTER COLUMN ${column} SET DEFAULT ${input.defaultSql}`],
            undo: [`${alter} ALTER COLUMN ${column} DROP DEFAULT`],
            locks: exclusiveOn(table),
          }),
        ];
  return {
    newCodeAfter: 'dual_write',
    oldCodeBefore: null,
    findings: [],
    phases: {
      expand: {
        summary: `Adds ${input.column}, empty for now: its default would rewrite the table if it were added at once.`,
        steps: [input.before],
        lossless: true,
        rollback: `Takes ${input.column} out of use. It is dropped if it holds nothing, and kept as a retired column if it does.`,
      },
      dual_write: {
        summary: `Fills ${input.column} in the rows that are there.`,
        steps: [...setDefault, fillBackfill(context, input.column, parseExpression(input.value))],
        lossless: true,
        rollback: `Takes the default away; ${input.column} keeps its values.`,
      },
    },
  };
}
