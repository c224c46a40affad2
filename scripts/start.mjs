// `npm start`: installs, builds, starts PostgreSQL and serves. Until the packages are there, Node's standard library alone.
import { portProblem } from '../lib/postgres/free-port.mjs';
import { buildApp } from './lib/build-app.mjs';
import { installPackages } from './lib/install-packages.mjs';
import { registerTypescript, root } from './lib/register-typescript.mjs';
import { forwardSignals } from './lib/run-command.mjs';
import { serveNext, waitUntilServing } from './lib/serve-next.mjs';
import { readStartOptions, urlOf } from './lib/start-options.mjs';
import { reportFailure, UsageError } from './lib/usage-error.mjs';

/** @returns {Promise<number>} exit code */
async function start() {
  const options = readStartOptions(process.argv.slice(2), process.env);
  await refuseTakenPort(options);
  const distDir = process.env.NEXT_DIST_DIR || '.next';
  const stopForwarding = forwardSignals();
  await installPackages(root);
  if (!options.dev) await buildApp(root, distDir);
  stopForwarding();

  const stopped = stopSignal();
  await registerTypescript();
  const { prepareDatabase } = await import('./prepare-database.ts');
  console.log('Starting PostgreSQL …');
  const database = await prepareDatabase();
  const server = serveNext(root, { ...options, distDir });
  try {
    const url = urlOf(options.host, options.port);
    const over = Promise.race([server.ended, stopped]);
    if (await waitUntilServing(url, over)) {
      console.log(`Control database: ${database.description}`);
      console.log(`Segue is serving at ${url}`);
    }
    const code = await over;
    console.log('Stopping …');
    return code;
  } finally {
    await server.stop();
    await database.release();
  }
}

/** @param {{ host: string, port: number }} options */
async function refuseTakenPort({ host, port }) {
  const problem = await portProblem(port, host);
  if (problem === null) return;
  const reasons = new Map([
    ['EADDRINUSE', 'is taken: Segue may be running there already, or another program uses it'],
    ['EACCES', 'is reserved: only root may use it'],
  ]);
  throw new UsageError(
    `Port ${port} of ${host} ${reasons.get(problem) ?? `cannot be used (${problem})`}.\n` +
      `Open ${urlOf(host, port)}, end that program, or choose another port: PORT=${port + 1} npm start`,
  );
}

/**
 * Resolves with an exit code when a person or the system asks to stop, or when npm, which passes signals on, was killed.
 * @returns {Promise<number>}
 */
function stopSignal() {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve(0));
    process.on('SIGTERM', () => resolve(0));
    const parent = process.ppid;
    if (process.env.npm_lifecycle_event !== undefined && parent > 1) {
      setInterval(() => {
        if (process.ppid !== parent) resolve(0);
      }, 1000).unref();
    }
  });
}

process.exit(await start().catch(reportFailure));
