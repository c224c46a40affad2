import { existsSync, readFileSync } from 'node:fs';

/** Whether a process of this number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether `pid` can be a live PostgreSQL. In a container numbers are used again after a restart, and a killed server stays a
 * zombie when nobody collects it: `kill(pid, 0)`, which pg_ctl and PostgreSQL ask, says "running" to both.
 */
export function isLivePostgres(pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (!existsSync('/proc/self/stat')) return true;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return false;
    throw error;
  }
  return isPostgresStat(stat);
}

/** See `isLivePostgres`; reads a line of `/proc/<pid>/stat`: number, (name), state. */
export function isPostgresStat(stat: string): boolean {
  const match = /^\d+ \((.*)\) (\w)/s.exec(stat);
  return match?.[1] === 'postgres' && match[2] !== 'Z' && match[2] !== 'X';
}
