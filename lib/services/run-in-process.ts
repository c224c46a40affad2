import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectFolder } from '@/lib/postgres/project-folder';

/** What became of a piece of work in a process of its own. */
export type ProcessRun<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  /** It took longer than it may, and was ended. */
  | { readonly kind: 'time' }
  /** Nobody waits any more. */
  | { readonly kind: 'stopped' }
  /** It ended without an answer. */
  | { readonly kind: 'died'; readonly code: number | null };

/** After this time a process that was asked to end is ended by force. */
const KILL_MS = 5000;

/**
 * Gives one job to a process of its own, which runs `file` (below the project's folder), and waits for its one answer, `limitMs` at
 * most. Never leaves the process behind.
 */
export async function runInProcess<T>(
  file: string,
  job: object,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<ProcessRun<T>> {
  if (signal.aborted) return { kind: 'stopped' };
  const folder = projectFolder();
  const child = spawn(
    process.execPath,
    [
      path.join(/*turbopackIgnore: true*/ folder, 'scripts', 'run-typescript.mjs'),
      path.join(/*turbopackIgnore: true*/ folder, file),
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  return new Promise((resolve, reject) => {
    let outcome: ProcessRun<T> | null = null;
    let force: NodeJS.Timeout | null = null;
    const end = (why: ProcessRun<T>) => {
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
      // Written by the process that `file` names, in the shape that its caller knows.
      outcome ??= { kind: 'answered', answer: answer as T };
    });
    child.once('exit', (code) => {
      clear();
      resolve(outcome ?? { kind: 'died', code });
    });
    child.send(job, undefined, {}, () => undefined);
  });
}
