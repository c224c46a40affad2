import type { PhaseKind, Step } from '@/lib/core/plan';
import { type OperationContext, relationLabel, reversed } from '../plan-parts';
import { constraintSteps } from './constraint-steps';
import type { ConstraintClone } from './constraints';

const reversedId = (id: string) => id.replace('.validate.', '.prove_back.').replace('.constraint.', '.drop.');

/**
 * Drops constraints; on the way back each is added NOT VALID and then proven, before anything that the phase did earlier is
 * undone. A constraint that was not proven itself is only added.
 */
export function dropConstraintSteps(
  context: OperationContext,
  clones: readonly (ConstraintClone & { readonly validated?: boolean })[],
  phase: PhaseKind,
  title: (clone: ConstraintClone) => string,
): Step[] {
  return clones.flatMap((clone) =>
    constraintSteps(context, [clone], phase)
      .filter((step) => step.kind !== 'validate' || clone.validated !== false)
      .reverse()
      .map((step) => {
        const where =
          relationLabel(step.table) === relationLabel(context.table) ? '' : ` of ${step.table.name}`;
        const named = step.kind === 'validate' ? `On the way back: prove ${clone.what}` : title(clone);
        return reversed(step, `${named}${where}`, reversedId);
      }),
  );
}
