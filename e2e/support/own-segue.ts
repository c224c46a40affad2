import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '@/lib/postgres/free-port.mjs';
import { migrateControlDatabase } from '@/lib/store/migrate';
import { createTestDatabase } from '@/test/postgres/test-database';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

/** A Segue beside the one that all files share: a dashboard without a worker, and workers as processes of their own. */
export interface OwnSegue {
  readonly url: string;
  startWorker(): ChildProcess;
  stop(): Promise<void>;
}

/** Serves what is built already, on a control database of its own. */
export async function startOwnSegue(): Promise<OwnSegue> {
  const control = await createTestDatabase({ appRoles: 0 });
  await migrateControlDatabase(control.owner.url);
  const data = mkdtempSync(path.join(os.tmpdir(), 'segue-e2e-'));
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: control.owner.url,
    SEGUE_DATA: data,
    NEXT_DIST_DIR: process.env.SEGUE_E2E_DIST_DIR ?? '.next-test',
    NODE_ENV: 'production' as const,
  };
  const children: ChildProcess[] = [];
  const run = (script: string, args: readonly string[], extra: Record<string, string>): ChildProcess => {
    const child = spawn(process.execPath, [path.join(ROOT, 'scripts', script), ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...env, ...extra },
    });
    children.push(child);
    return child;
  };
  run('next-child.mjs', ['start', '-H', '127.0.0.1', '-p', String(port)], { SEGUE_WORKER: 'off' });
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/api/v1/health`);
  return {
    url,
    startWorker: () => run('worker.mjs', [], {}),
    async stop() {
      for (const child of children) await kill(child);
      await control.drop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Ends a process as the system would: at once, without a chance to tidy up. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function answers(url: string): Promise<void> {
  const giveUp = Date.now() + 60_000;
  for (;;) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      if (Date.now() > giveUp) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
