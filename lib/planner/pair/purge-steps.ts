import type { Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { ConstraintClone } from '../clone/constraints';
import { alterTable, exclusiveOn, makeStep, type OperationContext, relationLabel } from '../plan-parts';
import { dropConversions } from '../sync/install-sync';
import { type Pair, pairNames } from '../sync/pair';
import { needsOmittedDefault } from '../sync/pair-function';

/** Deletes the retired column and everything that fed it. */
export function purgeSteps(context: OperationContext, pair: Pair, proof: ConstraintClone | null): Step[] {
  const { table } = context;
  const names = pairNames(pair);
  const foreignKeys = table.foreignKeys
    .filter((key) => key.columns.includes(pair.old.name))
    .map((key) =>
      makeStep(context, {
        slug: `foreign_key.${key.name}`,
        phase: 'purge',
        title: `Drop the old foreign key ${key.name}`,
        sql: [`${alterTable(table)} DROP CONSTRAINT ${quoteIdent(key.name)}`],
        undo: [],
        locks: [
          ...exclusiveOn(table),
          ...(relationLabel(key.references) === relationLabel(table) ? [] : exclusiveOn(key.references)),
        ],
        undoLocks: [],
      }),
    );
  return [
    ...foreignKeys,
    makeStep(context, {
      slug: 'drop',
      phase: 'purge',
      title: `Delete the retired ${pair.old.name}`,
      sql: [
        `DROP TRIGGER ${quoteIdent(names.updateTrigger)} ON ${quoteName(table)}`,
        `DROP TRIGGER ${quoteIdent(names.insertTrigger)} ON ${quoteName(table)}`,
        `DROP FUNCTION ${names.sync}()`,
        ...(needsOmittedDefault(pair) ? [`DROP FUNCTION ${names.omitted}()`] : []),
        ...dropConversions(pair),
        ...(proof === null ? [] : [proof.drop]),
        `${alterTable(table)} DROP COLUMN ${quoteIdent(pair.retiredName)}`,
      ],
      undo: [],
      locks: exclusiveOn(table),
      undoLocks: [],
    }),
  ];
}
