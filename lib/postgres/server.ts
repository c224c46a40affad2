import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SegueError } from '@/lib/core/errors';
import { type Binaries, EMBEDDED_MAJOR, findBinaries, type Major } from './binaries';
import { ensureDataDir, readPassword, SUPERUSER, writeConfig } from './data-dir';
import { freePort, isPortFree } from './free-port.mjs';
import { readPostmasterFile } from './postmaster-file';
import { isLivePostgres } from './processes';
import { runProgram } from './run-program';
import { type ServerUser, serverUserFor } from './server-user';

export interface ServerOptions {
  /** Absolute; made when missing. Its parent must be reachable for the user that PostgreSQL runs as. */
  readonly dataDir: string;
  /** The port to listen on; without it any free one. Ignored when the server already runs. */
  readonly port?: number;
  readonly major?: Major;
  /** postgresql.conf settings on top of the basic ones. Ignored when the server already runs. */
  readonly config?: Readonly<Record<string, string | number>>;
}

export type StopMode = 'smart' | 'fast' | 'immediate';

export interface RunningServer {
  /** Superuser's URL of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly major: Major;
  readonly dataDir: string;
  /** True when the server was running before the call. */
  readonly attached: boolean;
  /** The superuser's URL of another database of this server. */
  urlOf(database: string): string;
  /** Stops the server and waits until it has; does nothing when it is down. `fast` ends sessions cleanly. */
  stop(mode?: StopMode): Promise<void>;
}

const BASIC_CONFIG = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 250,
  shared_buffers: '128MB',
  shared_preload_libraries: 'pg_stat_statements',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};

/**
 * Starts PostgreSQL on `dataDir` (making it first when needed), or attaches when it already runs: a server outlives the
 * process that started it until `stop`. It listens on 127.0.0.1 only. Throws SegueError when the port is taken or the
 * folder cannot be used. Several processes may call it at once: one starts, the others attach.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { dataDir, major = EMBEDDED_MAJOR } = options;
  const before = serverUserFor(dataDir);
  const binaries = findBinaries(major, before);
  await ensureDataDir(dataDir, major, binaries, before, { durable: options.config?.fsync !== 'off' });
  const user = serverUserFor(dataDir);
  const describe = (port: number, attached: boolean): RunningServer => {
    const urlOf = (database: string) =>
      `postgres://${SUPERUSER}:${encodeURIComponent(readPassword(dataDir))}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
    return {
      url: urlOf('postgres'),
      port,
      major,
      dataDir,
      attached,
      urlOf,
      stop: (mode = 'fast') => stopServer(dataDir, binaries, user, mode),
    };
  };

  const running = await portOfRunning(dataDir, binaries, user);
  if (running !== null) return describe(running, true);

  const port = options.port ?? (await freePort());
  if (!(await isPortFree(port))) throw portTaken(port);
  writeConfig(dataDir, { ...BASIC_CONFIG, ...options.config, port }, user);
  const log = path.join(dataDir, 'start.log');
  const code = await launch(dataDir, binaries, user, log);
  if (code === 0) return describe(readPostmasterFile(dataDir)?.port ?? port, false);

  const rival = await portOfRunning(dataDir, binaries, user);
  if (rival !== null) return describe(rival, true);
  if (!(await isPortFree(port))) throw portTaken(port);
  throw new SegueError('internal', `PostgreSQL ${major} did not start on "${dataDir}".`, {
    object: dataDir,
    next: `Its log (${log}) ends with: ${lastLines(log)}`,
  });
}

/** Whether a server runs on `dataDir` right now, ready or not. Asks no program: cheap enough to be asked often. */
export function isServerUp(dataDir: string): boolean {
  const file = readPostmasterFile(dataDir);
  return file !== null && isLivePostgres(file.pid);
}

/** Runs `pg_ctl start` and returns its exit code. Sessions of a killed server end within seconds; until then PostgreSQL refuses to start, so it is asked again. */
async function launch(
  dataDir: string,
  binaries: Binaries,
  user: ServerUser | null,
  log: string,
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    rmSync(log, { force: true });
    const { code } = await runProgram(
      binaries.pgCtl,
      ['start', '--wait', '--timeout=60', '--silent', `--pgdata=${dataDir}`, `--log=${log}`],
      { user, quiet: true },
    );
    if (code === 0 || attempt === 20 || !lastLines(log).includes('shared memory block')) return code;
    await sleep(500);
  }
}

/** Port of the server that runs on `dataDir`, once it accepts connections; null when none runs. */
async function portOfRunning(
  dataDir: string,
  binaries: Binaries,
  user: ServerUser | null,
): Promise<number | null> {
  const noted = path.join(dataDir, 'postmaster.pid');
  const giveUp = Date.now() + 60_000;
  for (;;) {
    if (!existsSync(noted)) return null;
    const pid = readPostmasterFile(dataDir)?.pid;
    if (pid !== undefined && !isLivePostgres(pid)) {
      rmSync(noted, { force: true });
      return null;
    }
    // pg_ctl knows a postmaster.pid that a dead server left from a live one's.
    const { code } = await runProgram(binaries.pgCtl, ['status', `--pgdata=${dataDir}`], {
      user,
      quiet: true,
    });
    if (code !== 0) return null;
    const file = readPostmasterFile(dataDir);
    // One that was just killed counts as alive for a moment in which it listens no more.
    if (file?.ready && !(await isPortFree(file.port))) return file.port;
    if (Date.now() > giveUp) {
      throw new SegueError('internal', `PostgreSQL on "${dataDir}" has been starting for a minute.`, {
        object: dataDir,
        next: `Look into the log in that folder, or stop process ${file?.pid ?? '(unknown)'}.`,
      });
    }
    await sleep(100);
  }
}

async function stopServer(
  dataDir: string,
  binaries: Binaries,
  user: ServerUser | null,
  mode: StopMode,
): Promise<void> {
  const stop = (how: StopMode) =>
    runProgram(binaries.pgCtl, ['stop', '--wait', '--timeout=60', `--mode=${how}`, `--pgdata=${dataDir}`], {
      user,
      quiet: true,
    });
  if (!existsSync(path.join(dataDir, 'postmaster.pid'))) return;
  if ((await stop(mode)).code === 0) return;
  const status = await runProgram(binaries.pgCtl, ['status', `--pgdata=${dataDir}`], { user, quiet: true });
  if (status.code === 0 && (await stop('immediate')).code !== 0) {
    throw new SegueError('internal', `PostgreSQL on "${dataDir}" does not stop.`, {
      object: dataDir,
      next: `Stop process ${readPostmasterFile(dataDir)?.pid ?? '(see postmaster.pid)'} by hand.`,
    });
  }
}

function portTaken(port: number): SegueError {
  return new SegueError('conflict', `Port ${port} of 127.0.0.1 is taken by another program.`, {
    object: `127.0.0.1:${port}`,
    next: 'Stop that program, or choose another port for the embedded PostgreSQL with SEGUE_PG_PORT.',
  });
}

function lastLines(file: string): string {
  if (!existsSync(file)) return '(no log)';
  return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' ');
}
