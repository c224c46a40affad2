import type { PhaseKind, Step } from '@/lib/core/plan';
import { type OperationContext, relationLabel, reversed } from '../plan-parts';
import { constraintSteps } from './constraint-steps';
import type { ConstraintClone } from './constraints';

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
        return step.kind === 'validate'
          ? reversed(step, {
              id: step.id.replace('.validate.', '.prove_back.'),
              title: `On the way back: prove ${clone.what}${where}`,
            })
          : reversed(step, {
              id: step.id.replace('.constraint.', '.drop.'),
              title: `${title(clone)}${where}`,
            });
      }),
  );
}
