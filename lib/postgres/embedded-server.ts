import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import { sharedFolder } from './binaries';
import { freePort, isPortFree } from './free-port.mjs';
import { dataFolder } from './project-folder';
import { type RunningServer, startServer } from './server';
import { firstClosedFolder, serverUserFor } from './server-user';

const recordShape = z.object({ folder: z.string(), dataDir: z.string(), port: z.number().int().positive() });

const CONFIG = {
  logging_collector: 'on',
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_checkpoints: 'off',
  'pg_stat_statements.track_utility': 'off',
};

/** Where the embedded server's files are. `recordFile` tells a person (and the next start) when they are not in the data folder. */
interface EmbeddedFiles {
  readonly dataDir: string;
  readonly recordFile: string;
}

/** Data of the embedded server: in the data folder, or, for root under a closed home, in a shared folder named after it. */
function embeddedFiles(folder: string = dataFolder()): EmbeddedFiles {
  const inside = path.join(folder, 'postgres');
  const recordFile = path.join(folder, 'postgres.json');
  const user = serverUserFor(inside);
  if (firstClosedFolder(folder, user) === null) return { dataDir: inside, recordFile };
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return { dataDir: path.join(sharedFolder(user), name, 'postgres'), recordFile };
}

/**
 * Starts the project's own PostgreSQL or attaches to it. Its port stays the same from start to start unless another
 * program took it meanwhile; SEGUE_PG_PORT fixes it, and then a taken port is an error. May be called often.
 */
export async function startEmbeddedServer(): Promise<RunningServer> {
  const folder = dataFolder();
  makeFolder(folder);
  const { dataDir, recordFile } = embeddedFiles(folder);
  const server = await startServer({ dataDir, port: await choosePort(recordFile, folder), config: CONFIG });
  const record = { folder, dataDir, port: server.port };
  writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  return server;
}

async function choosePort(recordFile: string, folder: string): Promise<number> {
  const wanted = process.env.SEGUE_PG_PORT;
  if (wanted !== undefined && wanted !== '') {
    const port = Number(wanted);
    if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
    throw new SegueError('invalid_input', `SEGUE_PG_PORT is "${wanted}", which is no port number.`, {
      next: 'Set it to a number from 1 to 65535, or leave it unset.',
    });
  }
  const recorded = readRecord(recordFile);
  // A copied data folder must not meet the server of the original.
  if (recorded?.folder === folder && (await isPortFree(recorded.port))) return recorded.port;
  return freePort();
}

function readRecord(file: string): z.infer<typeof recordShape> | null {
  if (!existsSync(file)) return null;
  try {
    return recordShape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    // A record that a crash cut short only costs the old port number.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    // A strict umask would keep the server's system user out of a folder that is ours to open; the files in it stay private.
    if (process.getuid?.() === 0 && (statSync(folder).mode & 0o001) === 0) chmodSync(folder, 0o755);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SegueError('internal', `The data folder "${folder}" cannot be made or opened: ${reason}`, {
      object: folder,
      next: 'Give another folder with SEGUE_DATA.',
      cause,
    });
  }
}
