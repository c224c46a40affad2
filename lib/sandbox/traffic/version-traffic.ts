import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { CodeVersion } from '@/lib/views/sandbox-view';
import { latencyWindow } from './latency-window';
import { shopCode } from './shop-code';
import type { TrafficSample } from './traffic-messages';

const CONNECTIONS = 4;
const TICK_MS = 20;
const WINDOW_S = 10;
/** Above this many unanswered requests a new one counts as failed at once: a server that hangs must not fill the memory. */
const MOST_UNANSWERED = 150;
const ANSWER_MS = 5000;

/** The live traffic of one version; ends with `stop`. */
export interface VersionTraffic {
  /** Closes the present second. */
  sample(): TrafficSample;
  stop(): Promise<void>;
}

/**
 * Sends requests at a steady rate whatever the answers take (an open loop), over a small pool, without any retry. A request's
 * latency runs from the moment it was due, so that waiting for a free connection counts.
 */
export function startVersionTraffic(version: CodeVersion, url: string, rate: number): VersionTraffic {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: ANSWER_MS,
    statement_timeout: ANSWER_MS,
    query_timeout: ANSWER_MS + 1000,
    application_name: `shop, ${version} code`,
  });
  // An idle connection that breaks is replaced at the next request; that request's own fate is what counts.
  pool.on('error', () => undefined);
  const code = shopCode(version);
  const window = latencyWindow(WINDOW_S);
  const under = new Set<Promise<void>>();
  let lastError: string | null = null;

  const fail = (due: number, error: unknown): void => {
    window.record(performance.now() - due, true);
    lastError = error instanceof Error ? error.message : String(error);
  };

  const send = async (due: number): Promise<void> => {
    try {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await code.nextRequest()(client);
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) && error instanceof Error) broken = error;
        throw error;
      } finally {
        client.release(broken);
      }
      window.record(performance.now() - due, false);
    } catch (error) {
      fail(due, error);
    }
  };

  let next = performance.now();
  const tick = setInterval(() => {
    const now = performance.now();
    // After a pause of the whole process the missed requests are not sent at once.
    if (now - next > 1000) next = now;
    for (; next <= now; next += 1000 / rate) {
      if (under.size >= MOST_UNANSWERED) {
        fail(next, new Error(`${MOST_UNANSWERED} requests wait for an answer`));
        continue;
      }
      const request = send(next).finally(() => under.delete(request));
      under.add(request);
    }
  }, TICK_MS);

  return {
    sample: () => ({ version, ...window.closeSecond(), lastError }),
    async stop() {
      clearInterval(tick);
      await Promise.race([Promise.all(under), sleep(ANSWER_MS)]);
      await pool.end();
    },
  };
}
