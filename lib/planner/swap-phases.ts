import type { Finding, PhaseKind } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import type { ForeignKey } from './catalog';
import { constraintSteps, provenChecks } from './clone/constraint-steps';
import { foreignKeyConstraint } from './clone/constraints';
import type { ColumnRewrite } from './clone/indexes';
import { orphansCheck } from './clone/orphans';
import { swapNotes } from './deploy/swap-notes';
import { cloneName } from './names';
import { recreateViews } from './pair/recreate-views';
import { restoreConstraint } from './pair/restore-steps';
import { type SwapSide, swapSide } from './pair/swap-side';
import {
  alterTable,
  exclusiveOn,
  makeStep,
  type OperationContext,
  type OperationPlan,
  type PhasePart,
  relationLabel,
  type Trial,
} from './plan-parts';
import type { Pair } from './sync/pair';

/** The plan of a swap has each phase. */
type AllPhases = OperationPlan & {
  readonly phases: Record<PhaseKind, PhasePart>;
  readonly trials: readonly Trial[];
};

/** One column that changes its type under its own name, with the context of its table. */
export interface Swapped {
  readonly context: OperationContext;
  readonly pair: Pair;
  readonly rewrite: ColumnRewrite;
}

/** A foreign key between two columns of which at least the referenced one is swapped. */
export interface SwappedLink {
  readonly context: OperationContext;
  /** As it is until the swap; null: there is none. */
  readonly old: ForeignKey | null;
  /** As it is from the swap on, by the columns' own names. */
  readonly key: ForeignKey;
  /** It is new, and the columns as they are can be compared: rows are asked before anything is made. */
  readonly ask: boolean;
  /** The same between the columns that take their place. */
  readonly columns: readonly string[];
  readonly referencedColumns: readonly string[];
}

/**
 * Steps of the links: the new keys are proven in Sync. The swap back drops them, with the indexes that they rest upon, and adds
 * the old ones, to be proven when the old code is in service already; then the new ones are made again.
 */
function linkParts(links: readonly SwappedLink[]) {
  const taken = new Map<string, string[]>();
  const made = links.map(({ context, old, key, ask, columns, referencedColumns }) => {
    const { table } = context;
    const names = taken.get(relationLabel(table)) ?? [...table.takenNames];
    const name = cloneName(key.name, key.columns[0] ?? '', columns[0] ?? '', [...names, key.name]);
    taken.set(relationLabel(table), [...names, name]);
    const onDeleteColumns = key.onDeleteColumns.map(
      (column) => columns[key.columns.indexOf(column)] ?? column,
    );
    const fresh = foreignKeyConstraint(table, { ...key, name, columns, referencedColumns, onDeleteColumns });
    return {
      context,
      key,
      old: old === null ? null : foreignKeyConstraint(table, old),
      isNew: old === null,
      ask,
      fresh: { ...fresh, what: `${fresh.what}, by the new columns` },
      rename: `${alterTable(table)} RENAME CONSTRAINT ${quoteIdent(name)} TO ${quoteIdent(key.name)}`,
    };
  });
  const olds = made.flatMap(({ context, old }) => (old === null ? [] : [{ context, old }]));
  const ends = made.map(({ context, key }) => foreignKeyConstraint(context.table, key));
  const restored = made.map(({ context, fresh }) => restoreConstraint(context, fresh, 'switch', fresh.what));
  return {
    sync: made.flatMap(({ context, fresh }) => constraintSteps(context, [fresh])),
    synced: made.flatMap(({ context, fresh }) => provenChecks(context, [fresh])),
    restore: [
      ...restored.flatMap(([prove], at) => (made[at]?.fresh.proven === true ? [prove] : [])),
      ...restored.map(([, add]) => add),
    ],
    // What is new is asked of rows that nobody has asked it of.
    asked: made
      .filter(({ ask }) => ask)
      .map(({ context, key }) =>
        orphansCheck(context, key, `Every ${key.columns.join(', ')} has its row in ${key.references.name}`),
      ),
    findings: made.flatMap(({ context, key, isNew }): Finding[] =>
      !isNew
        ? []
        : [
            {
              rule: 'binds-old-code',
              severity: 'warning',
              operation: context.index,
              message: `The new foreign key ${key.name} binds old code too: from Sync on a row of ${relationLabel(context.table)} without its row in ${relationLabel(key.references)} is refused.`,
              fix: 'See that the code in service keeps to it before Sync begins.',
            },
          ],
    ),
    proveBack: olds
      .filter(({ old }) => old.proven)
      .map(({ context, old }) =>
        makeStep(context, {
          kind: 'validate',
          slug: `prove_back.${old.name}`,
          phase: 'switch',
          title: `On the way back: prove ${old.what} by the old columns`,
          sql: [],
          undo: [old.validate],
          locks: [],
          undoLocks: old.validateLocks,
        }),
      ),
    drop: olds.map(({ old }) => old.drop),
    rename: made.map(({ rename }) => rename),
    dropBack: ends.map((end) => end.drop),
    addBack: olds.flatMap(({ old }) => [old.add, ...(old.comment === null ? [] : [old.comment])]),
    locks: ends.flatMap((end) => end.dropLocks),
  };
}

/**
 * All five phases of a change of type under the column's own name, and of the columns that go with it by foreign keys.
 * Until Switch the application knows the old columns only, from Switch on the new ones only: the hand-over is the swap,
 * one transaction for all of them. Pure.
 */
export function swapPhases(
  swapped: readonly [Swapped, ...Swapped[]],
  links: readonly SwappedLink[],
  findings: readonly Finding[],
): AllPhases {
  const [{ context, pair }] = swapped;
  const sides = swapped.map((each) =>
    swapSide(
      each.context,
      each.pair,
      each.rewrite,
      links
        .filter((link) => relationLabel(link.context.table) === relationLabel(each.context.table))
        .flatMap((link) => link.old?.name ?? []),
    ),
  );
  const all = <T>(pick: (side: SwapSide) => readonly T[]): T[] => sides.flatMap(pick);
  const link = linkParts(links);
  const views = recreateViews(swapped);
  const tables = new Map(
    [...swapped.map((each) => each.context.table), ...links.map((each) => each.context.table)].map(
      (table) => [relationLabel(table), table],
    ),
  );
  const swapLocks = new Map(
    [...[...tables.values()].flatMap((table) => exclusiveOn(table)), ...link.locks, ...views.locks].map(
      (lock) => [lock.relation, lock],
    ),
  );
  const several = swapped.length > 1 ? ` with ${swapped.length - 1} more by foreign keys` : '';
  const { name } = pair.old;
  const label = `${relationLabel(pair.table)}.${name}`;
  const notes = swapNotes(context, pair);
  // PostgreSQL takes a primary key's index away with the key: each crossing uses one up.
  const again =
    [...all((side) => side.restore), ...link.restore, ...link.proveBack].length === 0
      ? ''
      : ' Old code runs from then on. What the swap used up, indexes of the keys and foreign keys, is then made again for another Switch: that takes about as long as in Sync and blocks nobody.';
  return {
    newCodeAfter: 'switch',
    oldCodeBefore: 'switch',
    moves: swapped.map((each) => ({ table: each.context.table, column: each.pair.old.name })),
    changes: [...tables.values()].map(({ schema, name: tableName }) => ({ schema, name: tableName })),
    trials: views.trials,
    findings: [
      ...findings,
      ...link.findings,
      ...views.findings,
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
        steps: all((side) => side.add),
        lossless: true,
        rollback: `Takes the new column out of use. It is dropped if ${name} holds all it has, and kept as a retired column if not.`,
      },
      dual_write: {
        summary: `Converts ${name} into the new column, in new writes and in the rows that are there, and gives it the same indexes and constraints.`,
        steps: [
          ...all((side) => side.sync),
          ...all((side) => side.copy),
          ...all((side) => side.index),
          ...all((side) => side.constrain),
          ...link.sync,
        ],
        entryChecks: link.asked,
        exitChecks: [...all((side) => side.synced), ...link.synced],
        watchChecks: all((side) => side.watch),
        lossless: true,
        rollback: `Takes the sync, the new indexes and constraints away. ${name} is untouched.`,
      },
      switch: {
        summary: `The columns swap names in one transaction: from then on ${name} is ${pair.newType}. The old values are still fed.`,
        steps: [
          ...link.restore,
          ...all((side) => side.restore),
          ...link.proveBack,
          makeStep(context, {
            slug: 'swap',
            phase: 'switch',
            title: `Let ${name} be ${pair.newType}${several}`,
            sql: [
              ...views.drop,
              ...link.drop,
              ...all((side) => side.swap.sql),
              ...link.rename,
              ...views.create,
            ],
            undo: [
              ...views.drop,
              ...link.dropBack,
              ...[...sides].reverse().flatMap((side) => side.swap.undo),
              ...link.addBack,
              ...views.create,
            ],
            locks: [...swapLocks.values()],
          }),
        ],
        entryChecks: all((side) => side.beforeSwap),
        rollbackChecks: all((side) => side.beforeSwapBack),
        deploy: notes.switch,
        lossless: true,
        rollback: `Swaps the names back in one transaction: ${name} is ${pair.old.type} again, with every value written since. Code that expects ${pair.newType} must be out of service in that moment.${again}`,
      },
      contract: {
        summary: `Renames the old values of ${name} away to ${pair.retiredName}. They are still fed, so that the way back loses nothing.`,
        steps: all((side) => side.retire),
        entryChecks: all((side) => side.beforeRetire),
        rollbackChecks: all((side) => side.beforeReturn),
        deploy: notes.contract,
        lossless: true,
        rollback: `Brings the old values back beside ${name}, with every value written since.`,
      },
      purge: {
        summary: `Deletes the old values of ${name} and everything Segue added for them. This cannot be undone.`,
        steps: all((side) => side.drop),
        entryChecks: all((side) => side.beforeDrop),
        lossless: false,
        rollback: 'Cannot be rolled back.',
      },
    },
  };
}
