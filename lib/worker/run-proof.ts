import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectFolder } from '@/lib/postgres/project-folder';
import type { ProofAnswer, ProofJob } from './proof-job';

/** What became of a proof process. */
export type ProofRun =
  | { readonly kind: 'answered'; readonly answer: ProofAnswer }
  /** It took longer than it may, and was ended. */
  | { readonly kind: 'time' }
  /** Nobody waits any more. */
  | { readonly kind: 'stopped' }
  /** It ended without an answer. */
  | { readonly kind: 'died'; readonly code: number | null };

/** After this time a process that was asked to end is ended by force; the next one sweeps what it leaves. */
const KILL_MS = 5000;

/** Runs one proof in a process of its own and waits for its answer, `limitMs` at most. Never leaves the process behind. */
export async function runProof(
  job: ProofJob,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<ProofRun> {
  if (signal.aborted) return { kind: 'stopped' };
  const folder = projectFolder();
  const child = spawn(
    process.execPath,
    [
      path.join(/*turbopackIgnore: true*/ folder, 'scripts', 'run-typescript.mjs'),
      path.join(/*turbopackIgnore: true*/ folder, 'lib', 'worker', 'proof-process.ts'),
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  return new Promise((resolve, reject) => {
    let outcome: ProofRun | null = null;
    let force: NodeJS.Timeout | null = null;
    const end = (why: ProofRun) => {
      outcome ??= why;
      child.kill('SIGTERM');
      force ??= setTimeout(() => child.kill('SIGKILL'), KILL_MS);
    };
    const stop = () => end({ kind: 'stopped' });
    const limit = setTimeout(() => end({ kind: 'time' }), limitMs);
    signal.addEventListener('abort', stop, { once: true });
    const clear = () => {
      clearTimeout(limit);
      if (force !== null) clearTimeout(force);
      signal.removeEventListener('abort', stop);
    };
    child.once('error', (error) => {
      clear();
      reject(error);
    });
    child.once('message', (answer) => {
      // Written by proof-process.ts, in this shape.
      outcome ??= { kind: 'answered', answer: answer as ProofAnswer };
    });
    child.once('exit', (code) => {
      clear();
      resolve(outcome ?? { kind: 'died', code });
    });
    child.send(job, undefined, {}, () => undefined);
  });
}
