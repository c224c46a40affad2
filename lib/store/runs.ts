import { and, desc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { Direction } from '@/lib/core/rollout';
import type { ControlQueries } from './control-db';
import { people, rollouts, runs } from './tables';
import type { RunError } from './tables/runs';

export type StoredRun = typeof runs.$inferSelect;

/** A worker beats every second; one that missed this long is taken for dead. */
const HEARTBEAT_LIMIT_MS = 3000;

const OPEN = ['queued', 'running', 'paused'] as const;
const heartbeatLost = or(
  isNull(runs.heartbeatAt),
  lt(runs.heartbeatAt, sql`now() - ${`${HEARTBEAT_LIMIT_MS} milliseconds`}::interval`),
  // Of a clock that was put back.
  gt(runs.heartbeatAt, sql`now() + ${`${HEARTBEAT_LIMIT_MS} milliseconds`}::interval`),
);

/**
 * Opens a run after the target accepted the move; a run that was open before is closed as turned back. Call it in a
 * transaction. The unique index on open runs holds whatever else happens.
 */
export async function openRun(
  db: ControlQueries,
  input: {
    readonly rolloutId: string;
    readonly direction: Direction;
    readonly phase: number;
    readonly actorId: string | null;
    readonly words: readonly string[];
    readonly acknowledged: readonly string[];
  },
): Promise<StoredRun | null> {
  await db
    .update(runs)
    .set({ state: 'turned_back', endedAt: new Date(), worker: null })
    .where(and(eq(runs.rolloutId, input.rolloutId), inArray(runs.state, OPEN)));
  const [run] = await db.insert(runs).values(input).returning();
  return run ?? null;
}

/** The open run of a rollout with its actor's name, or null. */
export async function findOpenRun(
  db: ControlQueries,
  rolloutId: string,
): Promise<(StoredRun & { readonly by: string | null }) | null> {
  const [row] = await db
    .select({ run: runs, by: people.displayName })
    .from(runs)
    .leftJoin(people, eq(people.id, runs.actorId))
    .where(and(eq(runs.rolloutId, rolloutId), inArray(runs.state, OPEN)))
    .limit(1);
  return row === undefined ? null : { ...row.run, by: row.by };
}

/** Runs of a rollout with their actors' names, newest first. */
export async function listRuns(
  db: ControlQueries,
  rolloutId: string,
): Promise<(StoredRun & { readonly by: string | null })[]> {
  const rows = await db
    .select({ run: runs, by: people.displayName })
    .from(runs)
    .leftJoin(people, eq(people.id, runs.actorId))
    .where(eq(runs.rolloutId, rolloutId))
    .orderBy(desc(runs.requestedAt))
    .limit(100);
  return rows.map((row) => ({ ...row.run, by: row.by }));
}

/** Puts a paused (or still pausing) run back into the queue; false when there is none. */
export async function requeueRun(db: ControlQueries, rolloutId: string): Promise<string | null> {
  const [run] = await db
    .update(runs)
    .set({ state: 'queued', worker: null, heartbeatAt: null, retryAt: null })
    .where(and(eq(runs.rolloutId, rolloutId), eq(runs.state, 'paused')))
    .returning({ id: runs.id });
  return run?.id ?? null;
}

/** Takes a run for a worker: compare-and-swap on its being free. null when another live worker has it or it is over. */
export async function claimRun(db: ControlQueries, id: string, worker: string): Promise<StoredRun | null> {
  const [run] = await db
    .update(runs)
    .set({
      state: 'running',
      worker,
      heartbeatAt: sql`now()`,
      retryAt: null,
      startedAt: sql`coalesce(${runs.startedAt}, now())`,
    })
    .where(
      and(
        eq(runs.id, id),
        inArray(runs.state, ['queued', 'running']),
        or(isNull(runs.worker), heartbeatLost),
      ),
    )
    .returning();
  return run ?? null;
}

/** Says that the worker lives; false when the run was taken from it. */
export async function beat(db: ControlQueries, id: string, worker: string): Promise<boolean> {
  const rows = await db
    .update(runs)
    .set({ heartbeatAt: sql`now()` })
    .where(and(eq(runs.id, id), eq(runs.worker, worker)))
    .returning({ id: runs.id });
  return rows.length > 0;
}

/** Gives a run back to the queue, not before `retryInMs`; only by the worker that has it. False: it was taken or ended meanwhile. */
export async function releaseRun(
  db: ControlQueries,
  id: string,
  worker: string,
  result: { readonly retryInMs: number; readonly outages: number; readonly error: RunError | null },
): Promise<boolean> {
  const rows = await db
    .update(runs)
    .set({
      state: 'queued',
      worker: null,
      heartbeatAt: null,
      retryAt: new Date(Date.now() + result.retryInMs),
      outages: result.outages,
      error: result.error,
    })
    .where(and(eq(runs.id, id), eq(runs.worker, worker), eq(runs.state, 'running')))
    .returning({ id: runs.id });
  return rows.length > 0;
}

/** Ends a worker's hold on a run that is done, failed or paused. */
export async function settleRun(
  db: ControlQueries,
  id: string,
  worker: string,
  result: { readonly state: 'done' | 'failed' | 'paused'; readonly error: RunError | null },
): Promise<void> {
  await db
    .update(runs)
    .set({
      state: result.state,
      worker: null,
      heartbeatAt: null,
      outages: 0,
      error: result.error,
      endedAt: result.state === 'paused' ? null : new Date(),
    })
    .where(and(eq(runs.id, id), eq(runs.worker, worker), eq(runs.state, 'running')));
}

/** Runs that should move and have no live worker. */
export async function listOrphanedRuns(db: ControlQueries): Promise<string[]> {
  const rows = await db
    .select({ id: runs.id })
    .from(runs)
    .innerJoin(rollouts, eq(rollouts.id, runs.rolloutId))
    .where(
      and(
        inArray(runs.state, ['queued', 'running']),
        heartbeatLost,
        or(
          isNull(runs.retryAt),
          lt(runs.retryAt, sql`now()`),
          gt(runs.retryAt, sql`now() + interval '1 minute'`),
        ),
      ),
    )
    .orderBy(runs.requestedAt)
    .limit(100);
  return rows.map((row) => row.id);
}

/** How many runs there are by state, and how many wait without a live worker. */
export async function countRuns(
  db: ControlQueries,
): Promise<{ readonly byState: Readonly<Record<string, number>>; readonly orphaned: number }> {
  const rows = await db
    .select({ state: runs.state, count: sql<number>`count(*)::int` })
    .from(runs)
    .groupBy(runs.state);
  return {
    byState: Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    orphaned: (await listOrphanedRuns(db)).length,
  };
}
