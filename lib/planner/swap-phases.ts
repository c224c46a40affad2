import type { Finding } from '@/lib/core/plan';
import type { ColumnRewrite } from './clone/indexes';
import { swapNotes } from './deploy/swap-notes';
import { swapSide } from './pair/swap-side';
import { type OperationContext, type OperationPlan, relationLabel } from './plan-parts';
import type { Pair } from './sync/pair';

/** One column that changes its type under its own name, with the context of its table. */
export interface Swapped {
  readonly context: OperationContext;
  readonly pair: Pair;
  readonly rewrite: ColumnRewrite;
}

/**
 * All five phases of a change of type under the column's own name. Until Switch the application knows the old column only,
 * from Switch on the new one only: the hand-over is the swap. Pure.
 */
export function swapPhases(first: Swapped, findings: readonly Finding[]): OperationPlan {
  const { context, pair } = first;
  const side = swapSide(context, pair, first.rewrite);
  const { name } = pair.old;
  const label = `${relationLabel(pair.table)}.${name}`;
  const notes = swapNotes(context, pair);
  return {
    newCodeAfter: 'switch',
    oldCodeBefore: 'switch',
    findings: [
      ...findings,
      {
        rule: 'reconnect-at-swap',
        severity: 'warning',
        operation: context.index,
        message: `At Switch, and on the way back, ${label} changes its type in one moment. PostgreSQL then refuses prepared statements of open connections that return it, once each, with "cached plan must not change result type", and those whose parameters do not fit the new type.`,
        fix: 'Let the application connect anew right after Switch, or give the column a new name with "to": then nothing has to happen at one moment.',
      },
    ],
    phases: {
      expand: {
        summary: `Adds a column of type ${pair.newType} beside ${label}, under a name of Segue's own. Nothing uses it yet.`,
        steps: side.add,
        lossless: true,
        rollback: `Takes the new column out of use. It is dropped if ${name} holds all it has, and kept as a retired column if not.`,
      },
      dual_write: {
        summary: `Converts ${name} into the new column, in new writes and in the rows that are there, and gives it the same indexes and constraints.`,
        steps: [...side.sync, ...side.copy, ...side.index, ...side.constrain],
        exitChecks: side.synced,
        watchChecks: side.watch,
        lossless: true,
        rollback: `Takes the sync, the new indexes and constraints away. ${name} is untouched.`,
      },
      switch: {
        summary: `The columns swap names in one transaction: from then on ${name} is ${pair.newType}. The old values are still fed.`,
        steps: side.swap,
        entryChecks: side.beforeSwap,
        rollbackChecks: side.beforeSwapBack,
        deploy: notes.switch,
        lossless: true,
        rollback: `Swaps the names back: ${name} is ${pair.old.type} again, with every value written since. Code that expects ${pair.newType} must be out of service in that moment.`,
      },
      contract: {
        summary: `Renames the old values of ${name} away to ${pair.retiredName}. They are still fed, so that the way back loses nothing.`,
        steps: side.retire,
        entryChecks: side.beforeRetire,
        rollbackChecks: side.beforeReturn,
        deploy: notes.contract,
        lossless: true,
        rollback: `Brings the old values back beside ${name}, with every value written since.`,
      },
      purge: {
        summary: `Deletes the old values of ${name} and everything Segue added for them. This cannot be undone.`,
        steps: side.drop,
        entryChecks: side.beforeDrop,
        lossless: false,
        rollback: 'Cannot be rolled back.',
      },
    },
  };
}
