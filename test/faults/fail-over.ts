import { setTimeout as sleep } from 'node:timers/promises';
import { EMBEDDED_MAJOR } from '@/lib/postgres/binaries';
import type { RunningServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer } from '@/lib/postgres/temporary-server';
import { type Standby, startStandby } from '../postgres/standby';
import type { Strike } from './faults';
import type { Fault } from './journey';
import { openTcpProxy, type TcpProxy } from './tcp-proxy';
import type { FaultServer } from './world';

export const FAIL_OVER = 'fail-over that loses the last transactions';

/** A server with a standby that takes its place. Its URL leads to whichever is the primary. */
export interface FailOverServer extends FaultServer {
  /** A fresh standby that has replayed everything so far. */
  prepare(): Promise<void>;
  /** The standby has all there is, and receives nothing any more: what is committed from now on will be lost. */
  fallBehind(): Promise<void>;
  /** The primary is gone for good, and the standby takes its place under the same URL. */
  failOver(): Promise<void>;
}

interface Pair {
  readonly primary: RunningServer;
  standby: Standby | null;
  link: TcpProxy | null;
}

/** Starts one. `synchronous_commit` is as by default, the standby asynchronous. */
export async function startFailOverServer(): Promise<FailOverServer> {
  const first = await startTemporaryServer(EMBEDDED_MAJOR);
  const front = await openTcpProxy(first.url);
  const url = front.through(first.url);
  let pair: Pair = { primary: first, standby: null, link: null };
  const end = async ({ primary, standby, link }: Pair): Promise<void> => {
    await link?.close();
    await standby?.discard();
    await discardServer(primary);
  };
  return {
    url,
    dataDir: first.dataDir,
    crash: () => Promise.reject(new Error('this one fails over')),
    prepare: async () => {
      await pair.link?.close();
      await pair.standby?.discard();
      const link = await openTcpProxy(pair.primary.url);
      const standby = await startStandby(pair.primary, 'next', { port: link.port });
      pair = { ...pair, link, standby };
      await standby.caughtUpWith(pair.primary.url);
    },
    fallBehind: async () => {
      await pair.standby?.caughtUpWith(pair.primary.url);
      pair.link?.freeze();
    },
    failOver: async () => {
      const { primary, standby, link } = pair;
      if (standby === null) throw new Error('there is no standby');
      front.cut();
      await discardServer(primary);
      await standby.promote();
      await link?.close();
      pair = { primary: standby.server(), standby: null, link: null };
      front.pointTo(pair.primary.url);
    },
    discard: async () => {
      await end(pair);
      await front.close();
    },
  };
}

/** The primary dies in the middle of a leg, and the standby lacks what was committed in its last moments. Once a leg. */
export function failOver(server: FailOverServer, strike: Strike): Fault {
  let strikes = 0;
  return {
    name: FAIL_OVER,
    strikes: () => strikes,
    leg: (world, leg) => {
      let behind = false;
      let over = false;
      const change = async (): Promise<void> => {
        over = true;
        strikes += 1;
        await server.failOver();
        await world.letTimePass();
      };
      return {
        before: () => server.prepare(),
        onEvent: async (event) => {
          if (!behind && strike(leg, event)) {
            behind = true;
            await server.fallBehind();
          } else if (behind && !over && event.type !== 'phase_done' && strike(leg, event)) await change();
        },
        // A phase would else wait at its end for a standby that never answers.
        beside: async (isOver) => {
          for (let waited = 0; !isOver() && !over; waited += 1) {
            await sleep(100);
            if (behind && waited > 30 && !over) await change();
          }
        },
      };
    },
  };
}
