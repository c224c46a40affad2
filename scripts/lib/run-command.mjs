import { spawn } from 'node:child_process';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let interrupted = false;

/**
 * Runs a command to its end with this process's terminal and returns its exit code; 130 when a signal ended it.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>}
 */
export function runCommand(program, args, options) {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Only npm is a .cmd file on Windows, and Node starts those through a shell.
    shell: process.platform === 'win32' && program === 'npm',
  });
  running.add(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve(code ?? 130);
    });
  });
}

/** Passes SIGINT and SIGTERM on to the commands that run, so that an interrupted script leaves none behind. Returns the way to stop doing so. */
export function forwardSignals() {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    interrupted = true;
    for (const child of running) child.kill(signal);
  };
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  return () => {
    process.off('SIGINT', forward);
    process.off('SIGTERM', forward);
  };
}

/** Whether a signal came while `forwardSignals` was on. */
export function wasInterrupted() {
  return interrupted;
}
