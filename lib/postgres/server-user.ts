import { type Stats, statSync } from 'node:fs';
import path from 'node:path';

/** PostgreSQL refuses to run as root; 65534 is `nobody` on Linux. */
const NOBODY = 65_534;

/** The system user under whom the server runs; null means the current one. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who runs the server on `dataDir`: the current user, or, when that is root, the folder's owner (data that an
 * ordinary user made stays theirs), else nobody.
 */
export function serverUserFor(dataDir: string): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statOf(dataDir);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return { uid: NOBODY, gid: NOBODY };
}

/** The first folder on the way to `folder` (itself included) that `user` cannot pass through, or null. Folders that do not exist are passable. */
export function firstClosedFolder(folder: string, user: ServerUser | null): string | null {
  if (user === null) return null;
  const absolute = path.resolve(folder);
  const parts = absolute.split(path.sep);
  for (let length = 1; length <= parts.length; length++) {
    const ancestor = parts.slice(0, length).join(path.sep) || path.sep;
    const found = statOf(ancestor);
    if (found === null) return null;
    const bit = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001;
    if ((found.mode & bit) === 0) return ancestor;
  }
  return null;
}

function statOf(folder: string): Stats | null {
  try {
    return statSync(folder, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    // A part of the way is a file; whoever makes the folder reports it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return null;
    throw error;
  }
}
