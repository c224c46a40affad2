import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Settings for a server that writes a log which `readLockTimes` reads. */
export const LOG_CONFIG = {
  logging_collector: 'on',
  log_destination: 'jsonlog',
  log_directory: 'log',
  log_filename: 'server',
  log_rotation_age: 0,
  log_rotation_size: 0,
  log_file_mode: '0644',
} as const;

/** One transaction of a step that makes the application wait. */
export interface LockTime {
  readonly stepId: string;
  readonly direction: 'forward' | 'back';
  /** From before its first statement after the lock was asked for to the end of its COMMIT, in ms: at least as long as it held the lock. */
  readonly ms: number;
}

const lineSchema = z.object({
  timestamp: z.string(),
  pid: z.number().optional(),
  message: z.string().optional(),
});

const SAID = /^duration: ([\d.]+) ms {2}(?:statement|execute [^:]*): ([\s\S]*)$/;
/** The preamble holds it, and the message that takes the strong lock follows; 0 where nobody waits. */
const ASKS = /(?:^|\n)SET LOCAL statement_timeout = [1-9]\d*(?:\n|$)/;
const RECORDS =
  /(?:^|\n)INSERT INTO segue\.steps [\s\S]*?\nSELECT '[^']*', '((?:[^']|'')*)', \d+, '(forward|back)'/;

/**
 * Reads how long each such transaction took, as the server's own log states it. The role under test needs
 * `log_min_duration_statement = 0`.
 */
export function readLockTimes(dataDir: string): LockTime[] {
  const found: LockTime[] = [];
  const open = new Map<number, { since: number | null; step: Omit<LockTime, 'ms'> | null }>();
  for (const line of readFileSync(path.join(dataDir, 'log', 'server.json'), 'utf8').split('\n')) {
    if (line === '') continue;
    const { timestamp, pid = 0, message = '' } = lineSchema.parse(JSON.parse(line));
    const [, , sql = ''] = SAID.exec(message) ?? [];
    // "2026-01-01 12:00:00.123 UTC"
    const at = Date.parse(timestamp.replace(' ', 'T').replace(' UTC', 'Z'));
    if (/^begin/i.test(sql)) open.set(pid, { since: null, step: null });
    const transaction = open.get(pid);
    if (transaction === undefined) continue;
    if (ASKS.test(sql)) transaction.since = at;
    const [, stepId, direction] = RECORDS.exec(sql) ?? [];
    if (stepId !== undefined)
      transaction.step = {
        stepId: stepId.replaceAll("''", "'"),
        direction: direction === 'back' ? 'back' : 'forward',
      };
    if (!/^(commit|rollback)/i.test(sql)) continue;
    open.delete(pid);
    const { since, step } = transaction;
    if (since !== null && step !== null && /^commit/i.test(sql)) found.push({ ...step, ms: at - since });
  }
  return found;
}
