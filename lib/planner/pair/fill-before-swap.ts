import type { PhaseKind } from '@/lib/core/plan';
import { parseExpression } from '@/lib/sql/expression';
import { exclusiveOn, lockOn, makeStep, type OperationContext, type PhasePart } from '../plan-parts';
import { fillBackfill } from '../sync/fill-backfill';
import { fillStatements } from '../sync/fill-function';

type Phases = Record<PhaseKind, PhasePart>;

/**
 * A change of type whose new column is to be NOT NULL although the old one is not: NULLs become a value on the old side first, in the
 * rows that are there and in those that old code writes, until the columns swap names. `value` is SQL of the old type. Pure.
 */
export function fillBeforeSwap(
  phases: Phases,
  context: OperationContext,
  fill: { readonly column: string; readonly value: string },
): Phases {
  const { table } = context;
  const { column } = fill;
  const own = { ...context, part: 'fill' };
  const value = parseExpression(fill.value);
  const statements = fillStatements({ table, column, value, tag: context.tag, operation: context.index });
  const install = makeStep(own, {
    slug: 'fill',
    phase: 'dual_write',
    title: `Fill ${column} where code leaves it NULL`,
    sql: statements.sql,
    undo: statements.undo,
    locks: lockOn(table, 'SHARE ROW EXCLUSIVE'),
    undoLocks: exclusiveOn(table),
  });
  const { dual_write: sync, switch: swap } = phases;
  return {
    ...phases,
    dual_write: {
      ...sync,
      summary: `Replaces NULL in ${column} by ${fill.value}. ${sync.summary}`,
      steps: [install, fillBackfill(own, column, value), ...sync.steps],
      lossless: false,
      rollback: `${sync.rollback} Rows in which NULL became ${fill.value} keep that value.`,
    },
    // In one transaction with the swap: at no moment is a NULL of old code refused, or the function run on the other type.
    switch: {
      ...swap,
      steps: swap.steps.map((step) =>
        step.id.endsWith('.swap')
          ? {
              ...step,
              sql: [...statements.undo, ...step.sql],
              undo: [...step.undo, ...statements.sql],
            }
          : step,
      ),
    },
  };
}
