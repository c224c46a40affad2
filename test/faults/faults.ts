import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SegueError } from '@/lib/core/errors';
import type { Random } from '@/lib/core/random';
import { type MoveEvent, runMove } from '@/lib/engine/run-move';
import type { Fault, Leg } from './journey';
import { nameOfWork } from './lasting-work';
import { sameSnapshot, takeSnapshot } from './snapshot';
import type { CommitCut } from './tcp-proxy';
import type { WorkerPool } from './worker-pool';
import type { World } from './world';

/** Decides at which events a fault strikes. */
export type Strike = (leg: Leg, event: MoveEvent) => boolean;

/** At every event once: the next try gets one event further. */
export function everywhere(): Strike {
  const struck = new Set<string>();
  return (leg, event) => {
    const { check, stepId, type } = event;
    const id = typeof check === 'object' && check !== null && 'id' in check ? check.id : null;
    const signature = JSON.stringify([leg.index, type, stepId, id]);
    if (struck.has(signature)) return false;
    struck.add(signature);
    return true;
  };
}

/** At about one event in `rarity`, at most `most` times a leg. */
export function sometimes(random: Random, rarity: number, most: number): Strike {
  const counts = new Map<number, number>();
  return (leg) => {
    const before = counts.get(leg.index) ?? 0;
    if (before >= most || random.below(rarity) > 0) return false;
    counts.set(leg.index, before + 1);
    return true;
  };
}

/** Does `harm` in the middle of the worker's event. */
function atEvents(name: string, strike: Strike, harm: (world: World) => Promise<unknown> | unknown): Fault {
  let strikes = 0;
  return {
    name,
    strikes: () => strikes,
    leg: (world, leg) => ({
      onEvent: async (event) => {
        if (!strike(leg, event)) return;
        strikes += 1;
        await harm(world);
      },
    }),
  };
}

/** Does `harm` at random moments, wherever the worker is then. */
function atRandom(
  name: string,
  random: Random,
  most: number,
  harm: (world: World) => Promise<unknown> | unknown,
): Fault {
  let strikes = 0;
  return {
    name,
    strikes: () => strikes,
    leg: (world) => ({
      beside: async (isOver) => {
        for (let count = 0; count < most; count += 1) {
          await sleep(3 + random.below(90));
          if (isOver()) return;
          // Nobody was connected just then.
          if ((await harm(world)) !== 0) strikes += 1;
        }
      },
    }),
  };
}

export const cutAt = (strike: Strike) =>
  atEvents('network cut at an event', strike, (world) => world.proxy.cut());
export const cutAnywhere = (random: Random, most: number) =>
  atRandom('network cut at random', random, most, (world) => world.proxy.cut());

const crash = (world: World) => world.server.crash();
export const crashAt = (strike: Strike): Fault => ({
  ...atEvents('database crashed at an event', strike, crash),
  after: crash,
});
export const crashAnywhere = (random: Random, most: number): Fault => ({
  ...atRandom('database crashed at random', random, most, crash),
  after: crash,
});

/** SIGKILL exactly at an event. */
export function killAt(pool: WorkerPool, strike: Strike): Fault {
  let strikes = 0;
  return {
    name: 'worker killed at an event',
    strikes: () => strikes,
    leg: (world, leg) => ({
      work: () =>
        pool.work({
          url: world.database.owner.url,
          rolloutId: world.rolloutId,
          killAt: (event) => {
            const kills = strike(leg, event);
            if (kills) strikes += 1;
            return kills;
          },
        }),
    }),
  };
}

/** SIGKILL some time after the worker began. */
export function killAnywhere(pool: WorkerPool, random: Random, most: number): Fault {
  let strikes = 0;
  return {
    name: 'worker killed at random',
    strikes: () => strikes,
    leg: (world) => {
      let kills = 0;
      return {
        work: async () => {
          kills += 1;
          const outcome = await pool.work({
            url: world.database.owner.url,
            rolloutId: world.rolloutId,
            killAfterMs: kills > most ? undefined : 20 + random.below(300),
          });
          if (outcome === 'lost') strikes += 1;
          return outcome;
        },
      };
    },
  };
}

/** The lease, checks, and what a move says of itself. Everything else must be done once, whatever its COMMIT comes to. */
const isAside = (work: string): boolean =>
  /segue\.(leases|checks|holds|rollouts)\b|"segue"\."migrations" \(/.test(work) && !/segue\.steps/.test(work);

/** Batches are like each other: of so many on a leg the COMMIT is cut. */
const BATCHES_CUT = 3;

/**
 * COMMIT cut: on each leg that of every step and some batches, and at most `others` more ({@link isAside}); of each piece of work
 * once, and `most` in all. The next try does it, or finds it done.
 */
export function commitCut(how: CommitCut, others: number, most = Number.POSITIVE_INFINITY): Fault {
  let strikes = 0;
  return {
    name: `COMMIT cut, ${how.replaceAll('_', ' ')}`,
    strikes: () => strikes,
    leg: (world) => {
      const cut = new Map<string, number>();
      let left = others;
      let leftInAll = most;
      const isNew = (work: string): boolean => {
        if (leftInAll === 0) return false;
        const times = cut.get(nameOfWork(work)) ?? 0;
        if (/EXECUTE segue_|SET last_key/.test(work)) return times < BATCHES_CUT;
        return times < 1 && (left > 0 || !isAside(work));
      };
      const arm = () => world.proxy.cutCommit(how, isNew);
      let struck = arm();
      return {
        heal: () => {
          const work = struck();
          if (work === null) return Promise.resolve();
          const name = nameOfWork(work);
          cut.set(name, (cut.get(name) ?? 0) + 1);
          if (isAside(work)) left -= 1;
          leftInAll -= 1;
          strikes += 1;
          struck = arm();
          return Promise.resolve();
        },
      };
    },
  };
}

/**
 * Another worker takes the lease, and this one lives on with all its connections: what it tries from then on must leave no
 * trace anywhere.
 */
export function leaseTaken(strike: Strike): Fault {
  let strikes = 0;
  return {
    name: 'lease lost while the worker lives',
    strikes: () => strikes,
    leg: (world, leg) => ({
      work: async () => {
        const look = () => takeSnapshot(world.superuser, world.subject, world.database.name);
        let taken: Awaited<ReturnType<typeof look>> | null = null;
        let atEnd = false;
        const onEvent = async (event: MoveEvent) => {
          if (taken !== null || !strike(leg, event)) return;
          await world.superuser.begin(async (tx) => {
            await tx`SELECT 1 FROM segue.leases WHERE rollout_id = ${world.rolloutId} FOR UPDATE`;
            await tx`UPDATE segue.leases SET epoch = epoch + 1, owner = 'another' WHERE rollout_id = ${world.rolloutId}`;
          });
          strikes += 1;
          atEnd = event.type === 'phase_done';
          taken = await look();
        };
        const work = runMove(world.target, { rolloutId: world.rolloutId, owner: 'test', onEvent });
        try {
          const outcome = await work;
          if (taken !== null && !atEnd)
            assert.fail(`it lost its lease and still says ${JSON.stringify(outcome)}`);
          return outcome;
        } catch (error) {
          if (taken === null) throw error;
          assert.ok(error instanceof SegueError, String(error));
          // Whichever it notices first: the epoch, or that its connections were dropped for it.
          assert.match(error.code, /^(lease_lost|connection_failed)$/, error.message);
          sameSnapshot(await look(), taken, 'after the lease was lost');
          return 'lost' as const;
        }
      },
    }),
  };
}
