import { hostname, userInfo } from 'node:os';
import type { Actor } from '@/lib/core/available-actions';

/** Who acts on the command line: the system's user at this machine. */
export function cliActor(): Actor {
  const name = `${userName()}@${hostname()}`;
  return { id: `cli:${name}`, name, via: 'cli' };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // A uid without an entry in the password file, as in many containers.
    if (error instanceof Error) return `uid-${process.getuid?.() ?? 'unknown'}`;
    throw error;
  }
}
