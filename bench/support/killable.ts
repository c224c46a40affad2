import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TransitionFile } from '@/lib/core/operation';
import type { RunningServer } from '@/lib/postgres/server';
import { createTestDatabase } from '@/test/postgres/test-database';
import { openWorkerHarness } from './worker-harness';

/** Somebody who works on a rollout and may be killed. */
export interface Killable {
  readonly superuserUrl: string;
  /** Begins the next phase. */
  begin(): Promise<void>;
  /** Sends SIGKILL to who is at work; resolves when that process is gone. */
  kill(): Promise<void>;
  /** Whatever it takes that somebody goes on: a new process, where nobody else waits already. */
  replace(): void;
  close(): Promise<void>;
}

const bin = path.resolve(import.meta.dirname, '..', '..', 'bin', 'segue.mjs');

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null)
    await new Promise((resolve) => child.once('close', resolve));
}

/** `segue advance`: nobody else is there, the next process is started after the kill. */
export async function headless(
  server: RunningServer,
  setup: string,
  operations: TransitionFile['operations'],
): Promise<Killable> {
  const database = await createTestDatabase({ serverUrl: server.url, setup });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'segue-bench-'));
  const file = path.join(folder, 'kills.json');
  writeFileSync(file, JSON.stringify({ name: 'kills', operations }));
  let phase = 0;
  let child: ChildProcess | null = null;
  const replace = () => {
    child = spawn(
      process.execPath,
      [bin, 'advance', file, '--to', String(phase), '--database', database.owner.url],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
  };
  return {
    superuserUrl: database.superuserUrl,
    begin: async () => {
      if (child !== null) await ended(child);
      phase += 1;
      replace();
    },
    kill: async () => {
      if (child === null || child.exitCode !== null) throw new Error('nobody is at work');
      child.kill('SIGKILL');
      await ended(child);
    },
    replace,
    close: async () => {
      child?.kill('SIGKILL');
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Two `npm run worker`: the other one goes on, and a third takes its place. */
export async function workers(
  server: RunningServer,
  setup: string,
  operations: TransitionFile['operations'],
): Promise<Killable> {
  const harness = await openWorkerHarness(server, setup);
  const id = await harness.transition(operations, {});
  const running = [harness.startWorker(), harness.startWorker()];
  return {
    superuserUrl: harness.target.superuserUrl,
    begin: () => harness.advance(id),
    kill: async () => {
      for (;;) {
        const pid = await harness.holderOf(id);
        const child = running.find(
          (one) => one.pid === pid && one.exitCode === null && one.signalCode === null,
        );
        if (child !== undefined) {
          child.kill('SIGKILL');
          await ended(child);
          return;
        }
        await sleep(1);
      }
    },
    replace: () => void running.push(harness.startWorker()),
    close: harness.close,
  };
}
