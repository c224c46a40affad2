import type { Step } from '@/lib/core/plan';
import { makeStep, type OperationContext } from '../plan-parts';
import type { ConstraintClone } from './constraints';

/** NOT VALID first, the proof in a transaction of its own: both in one would scan under ACCESS EXCLUSIVE. */
export function constraintSteps(context: OperationContext, clones: readonly ConstraintClone[]): Step[] {
  return clones.flatMap((clone) => [
    makeStep(context, {
      slug: `constraint.${clone.name}`,
      phase: 'dual_write',
      title: `Ask for ${clone.what} in new writes`,
      sql: [clone.add, ...(clone.comment === null ? [] : [clone.comment])],
      undo: [clone.drop],
      locks: clone.addLocks,
      undoLocks: clone.dropLocks,
    }),
    makeStep(context, {
      kind: 'validate',
      slug: `validate.${clone.name}`,
      phase: 'dual_write',
      title: `Prove ${clone.what} for every row`,
      sql: [clone.validate],
      undo: [],
      locks: clone.validateLocks,
      undoLocks: [],
      scans: true,
    }),
  ]);
}
