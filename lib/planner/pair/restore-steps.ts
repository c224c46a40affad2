import type { PhaseKind, Step } from '@/lib/core/plan';
import { quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { ConstraintClone } from '../clone/constraints';
import { indexStep } from '../direct/index-step';
import { lockOn, makeStep, type OperationContext, type StepContext } from '../plan-parts';

/** An index of Segue's own that a phase uses up and its way back makes again. */
export interface SpentIndex {
  readonly name: string;
  readonly create: string;
  /** What it is for: "the index of the new primary key of orders". */
  readonly what: string;
}

/** Builds it in Sync. */
export function buildSpentIndex(context: OperationContext, { name, create, what }: SpentIndex): Step {
  return indexStep(context, { name, create, phase: 'dual_write', title: `Build ${what}` });
}

/** Builds it again on the way back out of a phase, once that has used it up. */
export function restoreIndex(
  context: OperationContext,
  index: SpentIndex,
  phase: PhaseKind = 'switch',
): Step {
  return makeStep(context, {
    kind: 'build_index',
    slug: `restore.${index.name}`,
    phase,
    title: `On the way back: build ${index.what} again`,
    sql: [],
    undo: [index.create],
    locks: [],
    undoLocks: lockOn(context.table, 'SHARE UPDATE EXCLUSIVE'),
    undoTransactional: false,
    extra: {
      index: { table: { schema: context.table.schema, name: context.table.name }, name: index.name },
      restores: { there: null },
    },
  });
}

/** Adds a constraint NOT VALID and proves it, both on the way back out of a phase. Forward order: undone from the end. */
export function restoreConstraint(
  context: StepContext,
  clone: ConstraintClone,
  phase: PhaseKind,
  what: string,
): readonly [prove: Step, add: Step] {
  const there = (condition: string) =>
    `EXISTS (SELECT FROM pg_constraint WHERE conrelid = ${quoteLiteral(quoteName(context.table))}::regclass AND conname = ${quoteLiteral(clone.name)}${condition})`;
  return [
    makeStep(context, {
      kind: 'validate',
      slug: `restore_proof.${clone.name}`,
      phase,
      title: `On the way back: prove ${what} again`,
      sql: [],
      undo: [clone.validate],
      locks: [],
      undoLocks: clone.validateLocks,
      extra: { restores: { there: there(' AND convalidated') } },
    }),
    makeStep(context, {
      slug: `restore.${clone.name}`,
      phase,
      title: `On the way back: ask for ${what} again`,
      sql: [],
      undo: [clone.add, ...(clone.comment === null ? [] : [clone.comment])],
      locks: [],
      undoLocks: clone.addLocks,
      extra: { restores: { there: there('') } },
    }),
  ];
}
