import { spawn } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {object} NextServer
 * @property {Promise<number>} ended resolves with the exit code
 * @property {() => Promise<void>} stop asks it to end, and ends it by force after ten seconds
 */

/**
 * Starts Next.js as a child that ends when this process does, however that ends.
 * @param {string} root
 * @param {{ dev: boolean, host: string, port: number, distDir: string }} options
 * @returns {NextServer}
 */
export function serveNext(root, options) {
  const child = spawn(
    process.execPath,
    [
      path.join(root, 'scripts', 'next-child.mjs'),
      options.dev ? 'dev' : 'start',
      '-H',
      options.host,
      '-p',
      String(options.port),
    ],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        ...process.env,
        NEXT_DIST_DIR: options.distDir,
        NEXT_TELEMETRY_DISABLED: '1',
        NODE_ENV: options.dev ? 'development' : 'production',
      },
    },
  );
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  return {
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(force);
    },
  };
}

/**
 * Waits until the server answers a request, whatever the answer; false when `ended` comes first.
 * @param {string} url
 * @param {Promise<unknown>} ended
 * @returns {Promise<boolean>}
 */
export async function waitUntilServing(url, ended) {
  let over = false;
  ended.finally(() => {
    over = true;
  });
  while (!over) {
    if (await answers(url)) return true;
    await sleep(100);
  }
  return false;
}

/**
 * @param {string} url
 * @returns {Promise<boolean>}
 */
function answers(url) {
  return new Promise((resolve) => {
    const request = http.get(url, (response) => {
      response.resume();
      resolve(true);
    });
    request.setTimeout(60_000, () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
