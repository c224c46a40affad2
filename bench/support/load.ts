import path from 'node:path';
import { z } from 'zod';
import { askProcess } from '@/test/ask-process';
import type { LoadReport, LoadSpec, LoadVersion } from './load-spec';

const reportSchema = z.custom<LoadReport>((value) => value !== null && typeof value === 'object');

/** A running application. Ends with the benchmark's process at the latest. */
export interface Load {
  /** Which versions send, in equal shares; resolves when nothing of those that went is under way. */
  setVersions(versions: readonly LoadVersion[]): Promise<void>;
  /** Operations a second in a closed loop. Only while the rate is 0. */
  capacity(seconds: number): Promise<number>;
  /** Operations a second in an open loop: due at random moments, whether or not earlier ones are answered. */
  setRate(perSecond: number): Promise<void>;
  /** What fell due while `work` ran. */
  during<T>(work: () => Promise<T>): Promise<{ readonly report: LoadReport; readonly result: T }>;
  stop(): Promise<void>;
}

/** Opens the connections; sends nothing yet. */
export async function startLoad(spec: LoadSpec, versions: readonly LoadVersion[]): Promise<Load> {
  const ask = askProcess(path.join(import.meta.dirname, 'load-process.ts'));
  await ask({ type: 'start', spec });
  const setVersions = async (live: readonly LoadVersion[]) =>
    void (await ask({ type: 'versions', versions: live }));
  await setVersions(versions);
  return {
    setVersions,
    capacity: async (seconds) => z.number().parse(await ask({ type: 'capacity', seconds })),
    setRate: async (perSecond) => void (await ask({ type: 'rate', perSecond })),
    during: async (work) => {
      await ask({ type: 'begin' });
      const result = await work();
      return { report: reportSchema.parse(await ask({ type: 'end' })), result };
    },
    stop: async () => void (await ask({ type: 'stop' })),
  };
}
