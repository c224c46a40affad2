import { sql } from 'drizzle-orm';
import type { ControlQueries } from '@/lib/store/control-db';
import type { ServiceContext } from './service-context';

declare global {
  // Shared by the copies of this module that one process holds.
  var segueRolloutTurns: Map<string, Promise<unknown>> | undefined;
}

/**
 * Runs `work` in a transaction of the control database that holds the rollout's advisory lock: acts on one rollout that
 * arrive together are taken one after the other. The target's compare-and-swap decides in the end; the lock makes that the
 * one who comes second sees what the first did. Waits at most the pool's lock timeout.
 */
export function withRolloutLock<T>(
  context: ServiceContext,
  rolloutId: string,
  work: (tx: ControlQueries) => Promise<T>,
): Promise<T> {
  globalThis.segueRolloutTurns ??= new Map();
  const turns = globalThis.segueRolloutTurns;
  // Within the process they queue here: waiting for the lock itself would hold a connection each and could starve the pool.
  const before = turns.get(rolloutId) ?? Promise.resolve();
  const mine = before.then(() => inTransaction(context, rolloutId, work));
  const settled = mine.then(
    () => undefined,
    () => undefined,
  );
  turns.set(rolloutId, settled);
  void settled.then(() => {
    if (turns.get(rolloutId) === settled) turns.delete(rolloutId);
  });
  return mine;
}

function inTransaction<T>(
  context: ServiceContext,
  rolloutId: string,
  work: (tx: ControlQueries) => Promise<T>,
): Promise<T> {
  return context.control.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`segue rollout ${rolloutId}`}, 0))`);
    return work(tx);
  });
}
