import type { Step } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import type { ConstraintClone } from '../clone/constraints';
import { alterTable, exclusiveOn, makeStep, type OperationContext } from '../plan-parts';
import { dropConversions, dropSync } from '../sync/install-sync';
import type { Pair } from '../sync/pair';
import { deleteForeignKey } from './delete-foreign-key';

/** Deletes the retired column and everything that fed it. */
export function purgeSteps(
  context: OperationContext,
  pair: Pair,
  proof: ConstraintClone | null,
  foreignKeyNames: (name: string) => string = (name) => name,
  except: readonly string[] = [],
  /** Statements for what hung on an index of the old column. */
  takeOver: readonly string[] = [],
  /** Statements for the names that it leaves. */
  names: readonly string[] = [],
): Step[] {
  const { table } = context;
  const foreignKeys = table.foreignKeys
    .filter((key) => key.columns.includes(pair.mirroredAs) && !except.includes(key.name))
    .map((key) => ({ ...key, name: foreignKeyNames(key.name) }))
    .map((key) => deleteForeignKey(context, key, `Drop the old foreign key ${key.name}`));
  return [
    ...foreignKeys,
    makeStep(context, {
      slug: 'drop',
      phase: 'purge',
      title: `Delete the retired ${pair.spoken.old}`,
      sql: [
        ...dropSync(pair),
        ...dropConversions(pair),
        ...(proof === null ? [] : [proof.drop]),
        ...takeOver,
        `${alterTable(table)} DROP COLUMN ${quoteIdent(pair.retiredName)}`,
        ...names,
      ],
      undo: [],
      locks: exclusiveOn(table),
      undoLocks: [],
    }),
  ];
}
