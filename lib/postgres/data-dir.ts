import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { SegueError } from '@/lib/core/errors';
import type { Binaries, Major } from './binaries';
import { isAlive } from './processes';
import { runProgram } from './run-program';
import { firstClosedFolder, type ServerUser } from './server-user';

const PASSWORD_FILE = 'segue.password';
const CONFIG_FILE = 'segue.conf';

/** Name of the superuser of every server that Segue makes. */
export const SUPERUSER = 'postgres';

/**
 * Makes sure that `dataDir` is a data folder of `major`. A new one is made beside it and renamed when complete, so that an
 * interrupted initdb leaves nothing that looks finished; of two processes at once one wins and the other uses its folder.
 * Without `durable` it need not outlive a crash of the machine.
 * Throws SegueError naming the folder when it cannot be used. May be called often.
 */
export async function ensureDataDir(
  dataDir: string,
  major: Major,
  binaries: Binaries,
  user: ServerUser | null,
  options: { readonly durable: boolean } = { durable: true },
): Promise<void> {
  refuseUnusable(dataDir, major, user);
  if (existsSync(path.join(dataDir, 'PG_VERSION'))) return;
  const parent = path.dirname(dataDir);
  removeLeftovers(parent, path.basename(dataDir));
  const staging = `${dataDir}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  const passwordFile = `${staging}.password`;
  const password = randomBytes(24).toString('base64url');
  try {
    mkdirSync(staging, { mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    giveTo(user, staging, passwordFile);
    const { code, output } = await runProgram(
      binaries.initdb,
      [
        `--pgdata=${staging}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--no-instructions',
        ...(options.durable ? [] : ['--no-sync']),
      ],
      { user },
    );
    if (code !== 0) {
      throw new SegueError('internal', `PostgreSQL could not make its data folder "${dataDir}".`, {
        object: dataDir,
        next: `initdb said: ${output.trim().split('\n').slice(-3).join(' ')}`,
      });
    }
    writeOwned(path.join(staging, PASSWORD_FILE), password, user);
    writeFileSync(path.join(staging, 'postgresql.conf'), `\ninclude_if_exists = '${CONFIG_FILE}'\n`, {
      flag: 'a',
    });
    renameInto(staging, dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Writes the settings that the server reads at its next start. */
export function writeConfig(
  dataDir: string,
  settings: Readonly<Record<string, string | number>>,
  user: ServerUser | null,
): void {
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
  );
  writeOwned(path.join(dataDir, CONFIG_FILE), `${lines.join('\n')}\n`, user);
}

/** The superuser's password, made with the folder. */
export function readPassword(dataDir: string): string {
  try {
    return readFileSync(path.join(dataDir, PASSWORD_FILE), 'utf8').trim();
  } catch (cause) {
    throw new SegueError('internal', `The password of the server in "${dataDir}" cannot be read.`, {
      object: dataDir,
      next: `Run Segue as the user who started it first, or restore "${PASSWORD_FILE}" in that folder.`,
      cause,
    });
  }
}

function refuseUnusable(dataDir: string, major: Major, user: ServerUser | null): void {
  const parent = path.dirname(dataDir);
  const next = 'Give another folder with SEGUE_DATA, or set DATABASE_URL to a PostgreSQL 14–18 of your own.';
  const unusable = (message: string, cause?: unknown) =>
    new SegueError('internal', message, { object: dataDir, next, cause });
  try {
    mkdirSync(parent, { recursive: true, mode: 0o755 });
    const probe = path.join(parent, `.segue-probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw unusable(`The data folder "${parent}" cannot be written: ${reason}`, cause);
  }
  const closed = firstClosedFolder(parent, user);
  if (closed !== null) {
    throw unusable(
      `PostgreSQL cannot reach "${dataDir}": the system user it runs as may not enter "${closed}".`,
    );
  }
  if (!existsSync(dataDir)) return;
  let entries: string[];
  let found: string | null;
  try {
    entries = readdirSync(dataDir);
    found = entries.includes('PG_VERSION')
      ? readFileSync(path.join(dataDir, 'PG_VERSION'), 'utf8').trim()
      : null;
  } catch (cause) {
    throw unusable(`The data folder "${dataDir}" cannot be read: it belongs to another user.`, cause);
  }
  if (found === null && entries.length > 0) {
    throw unusable(`"${dataDir}" holds other files and no PostgreSQL data. Nothing in it was changed.`);
  }
  if (found !== null && found !== String(major)) {
    throw unusable(
      `"${dataDir}" holds data of PostgreSQL ${found}; this Segue runs PostgreSQL ${major}. Nothing in it was changed.`,
    );
  }
}

/** What a killed initdb left: folders and password files named after a process that is gone, or older than any initdb takes (process numbers are used again). */
function removeLeftovers(parent: string, name: string): void {
  const mine = `${name}.new-`;
  for (const entry of readdirSync(parent)) {
    if (!entry.startsWith(mine)) continue;
    const leftover = path.join(parent, entry);
    const made = statSync(leftover, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (!isAlive(Number.parseInt(entry.slice(mine.length), 10)) || Date.now() - made > 600_000) {
      rmSync(leftover, { recursive: true, force: true });
    }
  }
}

function renameInto(staging: string, dataDir: string): void {
  try {
    renameSync(staging, dataDir);
  } catch (error) {
    // Another process was faster: its folder is complete, because it came by a rename too.
    if (!existsSync(path.join(dataDir, 'PG_VERSION'))) throw error;
  }
}

function writeOwned(file: string, text: string, user: ServerUser | null): void {
  writeFileSync(file, text, { mode: 0o600 });
  giveTo(user, file);
}

function giveTo(user: ServerUser | null, ...files: string[]): void {
  if (user === null) return;
  for (const file of files) chownSync(file, user.uid, user.gid);
}
