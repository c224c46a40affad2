import path from 'node:path';
import { z } from 'zod';
import { askProcess } from '../ask-process';
import type { TrafficReport, TrafficSpec, VersionName } from './traffic-spec';

const reportSchema = z.custom<TrafficReport>((value) => value !== null && typeof value === 'object');

/** A running load. Ends with the test's process at the latest. */
export interface Traffic {
  /** Puts application versions into and out of service; resolves when no operation of a stopped one is under way. */
  setLive(versions: readonly VersionName[]): Promise<void>;
  /** Lets everything settle, compares every row with what was committed, and goes on. */
  verify(): Promise<TrafficReport>;
  report(): Promise<TrafficReport>;
  stop(): Promise<TrafficReport>;
}

/** Starts a load in a process of its own, with the old version in service. */
export async function startTraffic(spec: TrafficSpec): Promise<Traffic> {
  const ask = askProcess(path.join(import.meta.dirname, 'traffic-process.ts'));
  await ask({ type: 'start', spec });
  const report = async (command: object): Promise<TrafficReport> => reportSchema.parse(await ask(command));
  return {
    setLive: async (versions) => {
      await ask({ type: 'live', versions: [...versions] });
    },
    verify: () => report({ type: 'verify' }),
    report: () => report({ type: 'report' }),
    stop: () => report({ type: 'stop' }),
  };
}
