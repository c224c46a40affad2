import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import type { TrafficReport, TrafficSpec, VersionName } from './traffic-spec';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

const answerSchema = z.object({
  id: z.number(),
  error: z.string().optional(),
  result: z.custom<TrafficReport | null>((value) => value === null || typeof value === 'object').optional(),
});

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
  const child = fork(
    path.join(ROOT, 'scripts', 'run-typescript.mjs'),
    [path.join(import.meta.dirname, 'traffic-process.ts')],
    { cwd: ROOT, execArgv: [] },
  );
  const ask = asker(child);
  await ask({ type: 'start', spec });
  const report = async (command: object): Promise<TrafficReport> => {
    const result = await ask(command);
    if (result === null) throw new Error('the traffic sent no report');
    return result;
  };
  return {
    setLive: async (versions) => {
      await ask({ type: 'live', versions: [...versions] });
    },
    verify: () => report({ type: 'verify' }),
    report: () => report({ type: 'report' }),
    stop: () => report({ type: 'stop' }),
  };
}

function asker(child: ChildProcess): (command: object) => Promise<TrafficReport | null> {
  const waiting = new Map<
    number,
    { resolve: (result: TrafficReport | null) => void; reject: (error: Error) => void }
  >();
  let sequence = 0;
  // The process listens from the moment its modules are loaded; messages wait until then.
  child.on('message', (message) => {
    const { id, error, result } = answerSchema.parse(message);
    const call = waiting.get(id);
    waiting.delete(id);
    if (error !== undefined) call?.reject(new Error(error));
    else call?.resolve(result ?? null);
  });
  child.on('exit', (code) => {
    for (const call of waiting.values()) call.reject(new Error(`the traffic's process ended with ${code}`));
    waiting.clear();
  });
  return (command) =>
    new Promise((resolve, reject) => {
      if (!child.connected) {
        reject(new Error("the traffic's process has ended"));
        return;
      }
      sequence += 1;
      waiting.set(sequence, { resolve, reject });
      child.send({ id: sequence, command }, (error) => error !== null && reject(error));
    });
}
