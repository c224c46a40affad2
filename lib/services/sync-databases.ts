import { SegueError } from '@/lib/core/errors';
import type { RolloutFact } from '@/lib/core/rollout';
import { listRollouts } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { recordAct } from '@/lib/store/acts';
import { listDatabases, listDatabasesInUse, type StoredDatabase } from '@/lib/store/databases';
import { cacheFact, findRolloutByTarget } from '@/lib/store/rollouts';
import { addTransition } from '@/lib/store/transitions';
import { adoptMove } from './adopt-move';
import { logger } from './logger';
import { noteRestored } from './note-restored';
import { readSummary } from './progress-summary';
import type { ServiceContext } from './service-context';
import { LONG_WORK_MS } from './target-pool';

/** A database that was looked at this recently is not asked again. */
const FRESH_MS = 3000;

declare global {
  // Shared by the copies of this module that one process holds.
  var segueSyncs: Map<string, { at: number; done: Promise<void> }> | undefined;
}

/**
 * Copies the facts of all known databases (or of those with an open transition) for the lists, and records rollouts that were
 * started headless. A database that cannot be reached keeps its last known facts. May be called often: looks at each database
 * at most every few seconds.
 */
export async function syncDatabases(context: ServiceContext, which: 'all' | 'in use'): Promise<void> {
  globalThis.segueSyncs ??= new Map();
  const syncs = globalThis.segueSyncs;
  const list = which === 'all' ? listDatabases : listDatabasesInUse;
  const databases = await list(context.control);
  await Promise.all(
    databases.map((database) => {
      const last = syncs.get(database.id);
      if (last !== undefined && Date.now() - last.at < FRESH_MS) return last.done;
      const done = syncDatabase(context, database).catch((error: unknown) => {
        if (error instanceof SegueError) return;
        logger.error({ err: error, database: database.name }, 'the facts of a database could not be copied');
      });
      syncs.set(database.id, { at: Date.now(), done });
      return done;
    }),
  );
}

/** Copies the facts of one database now. Throws what the engine throws. */
export async function syncDatabase(context: ServiceContext, database: StoredDatabase): Promise<void> {
  const copy = async (target: Target): Promise<void> => {
    const restored = await noteRestored(context, database, target);
    for (const fact of await listRollouts(target)) {
      const known = await findRolloutByTarget(context.control, database.id, fact.id);
      const id = known?.id ?? (await recordFound(context, database, fact));
      // One that was restored goes on when a person has looked at it, not by itself.
      if (id === null || restored.has(id)) continue;
      const isKnown = known?.fact?.version === fact.version && known.progress?.restored === undefined;
      if (isKnown && !moving(fact)) continue;
      await cacheFact(context.control, id, fact, await readSummary(target, fact));
      if (moving(fact) && fact.managedBy === context.instanceId)
        await adoptMove(context, database, id, target);
    }
  };
  await context.targets.use(database, copy, { patienceMs: LONG_WORK_MS });
}

function moving(fact: RolloutFact): boolean {
  return fact.activity !== 'idle' && fact.activity !== 'failed' && fact.activity !== 'paused';
}

/** Records a rollout that this dashboard did not start. null: another process was faster. */
async function recordFound(
  context: ServiceContext,
  database: StoredDatabase,
  fact: RolloutFact,
): Promise<string | null> {
  const { plan } = fact;
  try {
    return await context.control.transaction(async (tx) => {
      const added = await addTransition(tx, {
        spec: {
          name: fact.name,
          dualWrite: plan.dualWrite,
          operations: plan.operations,
          ...(plan.record === undefined ? {} : { record: plan.record }),
        },
        plan,
        databaseId: database.id,
        authorId: null,
        state: fact.ended ?? 'open',
        targetRolloutId: fact.id,
      });
      if (added === null) return null;
      await recordAct(tx, {
        actor: null,
        action: 'found',
        object: fact.name,
        transitionId: added.id,
        databaseId: database.id,
      });
      return added.rolloutId;
    });
  } catch (error) {
    // The unique index on (database, target's id): another process recorded it at the same moment.
    const known = await findRolloutByTarget(context.control, database.id, fact.id);
    if (known === null) throw error;
    return known.id;
  }
}
