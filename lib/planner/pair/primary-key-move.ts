import type { Step } from '@/lib/core/plan';
import { lockOn, makeStep, type OperationContext } from '../plan-parts';
import type { PrimaryKeySwap } from './primary-key-swap';
import { restoreIndex } from './restore-steps';

/** What surrounds the retirement of a column of the primary key. */
export interface PrimaryKeyMove {
  /** Statements of the retirement's own transaction. */
  readonly sql: readonly string[];
  readonly undo: readonly string[];
  /** Undone after it: what the way back has used up. */
  readonly before: Step;
  /** Undone before it: the new column stays unique when the key goes back to the old one. */
  readonly after: Step;
}

/** The primary key goes over to a column of another name when the old one is retired; both have been unique until then. Pure. */
export function primaryKeyMove(
  context: OperationContext,
  { indexes: [fresh, spare], sql, undo }: PrimaryKeySwap,
): PrimaryKeyMove {
  const { table } = context;
  return {
    sql,
    undo,
    before: restoreIndex(context, spare, 'contract'),
    after: makeStep(context, {
      kind: 'drop_index',
      slug: 'key_back',
      phase: 'contract',
      title: `On the way back: build ${fresh.what} again`,
      sql: [],
      undo: [fresh.create],
      locks: [],
      undoLocks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
      transactional: false,
      undoTransactional: false,
      extra: { index: { table: { schema: table.schema, name: table.name }, name: fresh.name } },
    }),
  };
}
