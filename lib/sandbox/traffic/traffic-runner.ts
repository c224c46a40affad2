import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectFolder } from '@/lib/postgres/project-folder';
import { logger } from '@/lib/services/logger';
import type { CodeVersion } from '@/lib/views/sandbox-view';
import { reportMessage, type TrafficOrder } from './traffic-messages';
import { type TrafficRecord, trafficRecord } from './traffic-record';

/** Requests per second of each version: moderate, so that the machine stays usable. */
const RATE = 30;
const RESTART_MS = 1000;
const STOP_MS = 3000;

/** The live traffic as the app holds it: a process of its own, so that the app's event loop is not disturbed. */
export interface TrafficRunner {
  /** What was seen since `run`; empty again after `stop`. */
  record(): TrafficRecord;
  /** Starts the process when needed and moves the switches. May be called often; a process that dies is started again. */
  run(order: Omit<TrafficOrder, 'rate'>): void;
  /** True between `run` and `stop`. */
  isRunning(): boolean;
  /** Why no traffic comes although it should; null when all is well. */
  problem(): string | null;
  /** Ends the process and waits until it is gone. May be called twice. */
  stop(): Promise<void>;
}

/** Makes a runner; nothing runs yet. */
export function trafficRunner(): TrafficRunner {
  let record = trafficRecord();
  let order: TrafficOrder | null = null;
  let child: ChildProcess | null = null;
  let problem: string | null = null;

  const launch = (): void => {
    if (order === null || child !== null) return;
    const started = spawnTraffic();
    child = started;
    started.on('message', (message) => {
      const report = reportMessage.safeParse(message);
      if (!report.success) return;
      problem = null;
      record.take(report.data, new Date());
    });
    started.once('error', (error) => {
      problem = `The traffic's process cannot start: ${error.message}`;
    });
    started.once('exit', (code, signal) => {
      if (child === started) child = null;
      if (order === null) return;
      problem = `The traffic's process ended (${signal ?? code}); it is started again.`;
      logger.warn({ code, signal }, 'the sandbox traffic ended');
      setTimeout(launch, RESTART_MS).unref();
    });
    started.send(order, undefined, {}, () => undefined);
  };

  return {
    record: () => record,
    run(switches) {
      order = { ...switches, rate: RATE };
      const now = new Date();
      for (const version of ['old', 'new'] as const satisfies CodeVersion[]) {
        record.setOn(version, order[version].on, now);
      }
      if (child === null) launch();
      else child.send(order, undefined, {}, () => undefined);
    },
    isRunning: () => order !== null,
    problem: () => (order !== null && (order.old.on || order.new.on) ? problem : null),
    async stop() {
      order = null;
      problem = null;
      record = trafficRecord();
      const ending = child;
      child = null;
      if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
      const force = setTimeout(() => ending.kill('SIGKILL'), STOP_MS);
      ending.kill('SIGTERM');
      await once(ending, 'exit');
      clearTimeout(force);
    },
  };
}

function spawnTraffic(): ChildProcess {
  const folder = projectFolder();
  const child = spawn(
    process.execPath,
    [
      path.join(/*turbopackIgnore: true*/ folder, 'scripts', 'run-typescript.mjs'),
      path.join(/*turbopackIgnore: true*/ folder, 'lib', 'sandbox', 'traffic', 'traffic-process.ts'),
    ],
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  child.unref();
  child.channel?.unref();
  return child;
}
