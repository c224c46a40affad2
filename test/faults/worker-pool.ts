import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { MoveEvent, MoveOutcome } from '@/lib/engine/run-move';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

const messageSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ event: z.looseObject({ type: z.string(), at: z.string() }) }),
  z.object({ outcome: z.looseObject({ kind: z.string() }) }),
  z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
]);

export interface WorkerOrder {
  readonly url: string;
  readonly rolloutId: string;
  /** Says at each event whether the process is killed there. It waits for the answer. */
  readonly killAt?: (event: MoveEvent) => boolean;
  /** Kill it so many milliseconds after it began, wherever it is then. */
  readonly killAfterMs?: number;
}

/** Worker processes, one of them started ahead of time: a process takes a second to start. */
export interface WorkerPool {
  /** Lets a process work. "lost": it was killed. */
  work(order: WorkerOrder): Promise<MoveOutcome | 'lost'>;
  close(): void;
}

function startProcess(): ChildProcess {
  return spawn(process.execPath, ['scripts/run-typescript.mjs', 'test/faults/worker-process.ts'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Makes a pool. Close it, or a process stays behind. */
export function openWorkerPool(): WorkerPool {
  let spare = startProcess();
  return {
    work: (order) =>
      new Promise((resolve, reject) => {
        const child = spare;
        spare = startProcess();
        const { stdin, stdout } = child;
        if (stdin === null || stdout === null) throw new Error('the worker process has no pipes');
        let outcome: MoveOutcome | null = null;
        let timer: NodeJS.Timeout | undefined;
        const kill = () => child.kill('SIGKILL');
        stdin.on('error', () => undefined);
        stdin.write(
          `${JSON.stringify({ url: order.url, rolloutId: order.rolloutId, hold: order.killAt !== undefined })}\n`,
        );
        createInterface({ input: stdout }).on('line', (line) => {
          const message = messageSchema.parse(JSON.parse(line));
          if ('ready' in message) {
            if (order.killAfterMs !== undefined) timer = setTimeout(kill, order.killAfterMs);
          } else if ('event' in message) {
            if (order.killAt?.(message.event as unknown as MoveEvent) === true) kill();
            else if (order.killAt !== undefined) stdin.write('\n');
          } else if ('outcome' in message) outcome = message.outcome as unknown as MoveOutcome;
          else if (!/^(connection_failed|lease_lost|lease_held)$/.test(message.error.code))
            reject(new Error(message.error.message));
        });
        child.once('close', (code, signal) => {
          clearTimeout(timer);
          if (signal === null && code !== 0)
            reject(new Error(`the worker process ended by itself with ${code}`));
          resolve(outcome ?? 'lost');
        });
      }),
    close: () => {
      spare.kill('SIGKILL');
    },
  };
}
