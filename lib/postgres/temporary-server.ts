import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EMBEDDED_MAJOR, findBinaries, type Major } from './binaries';
import { isAlive } from './processes';
import { runProgram } from './run-program';
import { type RunningServer, startServer } from './server';
import { serverUserFor } from './server-user';

const PREFIX = 'segue-temporary-pg';

/** Fast, not durable: the data is thrown away. */
const CONFIG = {
  fsync: 'off',
  full_page_writes: 'off',
  max_wal_size: '4GB',
  max_prepared_transactions: 10,
  'pg_stat_statements.track': 'all',
};

/** Starts a server of `major` in a temporary folder of its own. End it with `discardServer`. */
export async function startTemporaryServer(
  major: Major,
  config: Readonly<Record<string, string | number>> = {},
): Promise<RunningServer> {
  return startIn(temporaryFolder(), major, config);
}

/** A folder that `sweepAbandonedServers` knows, for one server. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `${PREFIX}-${process.pid}-`));
  // mkdtemp closes it to others; as root the server runs as another user, who must pass through.
  chmodSync(folder, 0o755);
  return folder;
}

/** Starts the server whose data is, or will be, in such a folder. Takes the folder away when it does not start. */
export async function startIn(
  folder: string,
  major: Major,
  config: Readonly<Record<string, string | number>>,
  port?: number,
): Promise<RunningServer> {
  try {
    return await startServer({
      dataDir: dataDirIn(folder, major),
      port,
      major,
      config: { ...CONFIG, ...config },
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

export function dataDirIn(folder: string, major: Major): string {
  return path.join(folder, `pg${major}`);
}

/** Stops a temporary server and deletes its data. */
export async function discardServer(server: RunningServer): Promise<void> {
  await server.stop('immediate');
  rmSync(path.dirname(server.dataDir), { recursive: true, force: true });
}

/** Gives `work` a server of `major` and throws the server away afterwards, also after a failure. Nothing that is done there outlives it. */
export async function withServer<T>(
  major: Major,
  work: (server: RunningServer) => Promise<T>,
  config: Readonly<Record<string, string | number>> = {},
): Promise<T> {
  await sweepAbandonedServers();
  const server = await startTemporaryServer(major, config);
  try {
    return await work(server);
  } finally {
    await discardServer(server);
  }
}

/** Stops and deletes the servers of processes that were killed. */
export async function sweepAbandonedServers(): Promise<void> {
  for (const entry of readdirSync(os.tmpdir())) {
    const match = new RegExp(`^${PREFIX}-(\\d+)-`).exec(entry);
    if (match === null || isAlive(Number(match[1]))) continue;
    await discardFolder(path.join(os.tmpdir(), entry));
  }
}

async function discardFolder(folder: string): Promise<void> {
  try {
    for (const name of readdirSync(folder).filter((file) => /^pg\d+$/.test(file))) {
      const dataDir = path.join(folder, name);
      const user = serverUserFor(dataDir);
      const { pgCtl } = findBinaries(EMBEDDED_MAJOR, user);
      await runProgram(pgCtl, ['stop', '--mode=immediate', `--pgdata=${dataDir}`], { user, quiet: true });
    }
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    // Another run swept it at the same moment, or it is another user's to sweep.
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!['ENOENT', 'EACCES', 'EPERM'].includes(code)) throw error;
  }
}
