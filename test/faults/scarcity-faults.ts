import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { blocksWhat } from '@/lib/core/lock-sentence';
import type { Strike } from './faults';
import type { Fault } from './journey';
import type { World } from './world';

/** False for undefined_table; any other error is thrown. */
function isThere(error: unknown): boolean {
  if (error instanceof postgres.PostgresError && error.code === '42P01') return false;
  throw error;
}

/** Every byte takes its time. */
export function slowNetwork(ms: number): Fault {
  let strikes = 0;
  return {
    name: `${2 * ms} ms of network latency`,
    strikes: () => strikes,
    leg: (world) => {
      world.proxy.delay(ms);
      strikes += 1;
      return {
        onEvent: (event) => {
          if (event.type === 'phase_done') world.proxy.thaw();
        },
      };
    },
  };
}

/** Once a leg, in the middle of a backfill. */
export const atBatch: Strike = (_leg, { type }) => type === 'batch';

/** The network swallows everything and says nothing: the worker must notice by itself. Once a leg. */
export function halfOpen(strike: Strike): Fault {
  let strikes = 0;
  return {
    name: strike === atBatch ? 'half-open network in the middle of a backfill' : 'half-open network',
    strikes: () => strikes,
    concerns: ({ plan }) =>
      strike !== atBatch ||
      plan.phases.some(({ steps }) => steps.some(({ backfill }) => backfill !== undefined)),
    // Frozen when the move had just been done, nobody has thawed it.
    after: (world) => {
      world.proxy.thaw();
      return Promise.resolve();
    },
    leg: (world, leg) => {
      let frozen = false;
      return {
        onEvent: (event) => {
          if (frozen || !strike(leg, event)) return;
          frozen = true;
          strikes += 1;
          world.proxy.freeze();
        },
        heal: () => {
          world.proxy.thaw();
          return Promise.resolve();
        },
      };
    },
  };
}

/** Tables of the application that some step locks so that others have to wait. */
const strongLocks = ({ plan }: World): string[] =>
  plan.phases
    .flatMap(({ steps }) => steps.flatMap(({ locks, undoLocks }) => [...locks, ...undoLocks]))
    .filter(({ mode, relation }) => blocksWhat(mode) !== 'nobody' && relation.startsWith('public.'))
    .map(({ mode, relation }) => `${relation} ${mode}`);

const CROWDED_AT_MOST_MS = 60_000;

/**
 * A crowd of clients, each holding the table for a while, so that the strong lock is not free: until it was waited for so often, or the
 * move is over.
 */
export function lockQueue(clients: number, waitsPerLeg: number): Fault {
  let strikes = 0;
  return {
    name: 'lock queue full',
    strikes: () => strikes,
    concerns: (world) => {
      if (world.subject.crowded !== null) return true;
      // Where a strong lock has to be waited for, somebody must be in its way.
      assert.deepEqual(strongLocks(world), [], 'tables to crowd');
      return false;
    },
    leg: (world) => {
      let waits = 0;
      return {
        onEvent: (event) => {
          if (event.type !== 'lock_wait') return;
          strikes += 1;
          waits += 1;
        },
        beside: async (isOver) => {
          const { crowded = 'customers' } = world.subject;
          const app = world.database.apps[0];
          assert.ok(app);
          const sql = postgres(app.url, { max: clients, onnotice: () => undefined });
          const until = performance.now() + CROWDED_AT_MOST_MS;
          await Promise.all(
            Array.from({ length: clients }, async (_, n) => {
              await sleep(n * 20);
              while (waits < waitsPerLeg && performance.now() < until && !isOver()) {
                const crowd = sql.begin((tx) => [
                  tx.unsafe(`SELECT count(*) FROM ${crowded}`),
                  tx`SELECT pg_sleep(0.15)`,
                ]);
                // Renamed away or dropped: nobody is in the way of anything any more.
                if (!(await crowd.then(() => true, isThere))) return;
              }
            }),
          );
          await sql.end({ timeout: 5 });
        },
        mayFail: /^lock_not_had /,
      };
    },
  };
}

/** No room in the server's lock table: a step that needs a lock fails, and succeeds when there is room again. */
export function lockTableFull(strike: Strike): Fault {
  let strikes = 0;
  return {
    name: 'lock table full',
    strikes: () => strikes,
    leg: (world, leg) => {
      let hog: postgres.Sql | null = null;
      const release = async () => {
        await hog?.end({ timeout: 0 });
        hog = null;
        // The server has to notice.
        for (;;) {
          const held =
            await world.superuser`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' LIMIT 1`.catch(() => [
              1,
            ]);
          if (held.length === 0) return;
          await sleep(20);
        }
      };
      return {
        mayFail: /out of shared memory/i,
        onEvent: async (event) => {
          if (event.type === 'phase_done') return release();
          if (hog !== null || !strike(leg, event)) return;
          hog = postgres(world.database.superuserUrl, { max: 1, onnotice: () => undefined });
          await hog`SELECT pg_advisory_lock(n) FROM generate_series(1, 1000000) n`.then(
            () => assert.fail('the lock table has no end'),
            () => undefined,
          );
        },
        heal: () => {
          if (hog !== null) strikes += 1;
          return release();
        },
      };
    },
  };
}

/** Other clients take every connection that the server has left; they give them back when the worker was turned away. */
export function noConnections(strike: Strike): Fault {
  let strikes = 0;
  return {
    name: 'no connection left',
    strikes: () => strikes,
    leg: (world, leg) => {
      let crowd: postgres.Sql[] = [];
      const release = async () => {
        const leaving = crowd;
        crowd = [];
        await Promise.all(leaving.map((sql) => sql.end({ timeout: 0 })));
      };
      return {
        onEvent: async (event) => {
          if (event.type === 'phase_done') return release();
          if (crowd.length > 0 || !strike(leg, event)) return;
          const app = world.database.apps[0];
          assert.ok(app);
          // Whoever is thrown out now has to come back through the crowd.
          for (;;) {
            const sql = postgres(app.url, { max: 1, onnotice: () => undefined });
            crowd.push(sql);
            try {
              await sql`SELECT 1`;
            } catch {
              break;
            }
          }
          world.proxy.cut();
        },
        heal: () => {
          if (crowd.length > 0) strikes += 1;
          return release();
        },
      };
    },
  };
}
