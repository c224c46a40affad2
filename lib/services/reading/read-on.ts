import { setImmediate as nextTurn } from 'node:timers/promises';
import { SegueError } from '@/lib/core/errors';
import type { StoredDatabase } from '@/lib/store/databases';
import { withoutPassword } from '@/lib/store/hide-password';
import { logger } from '../logger';
import { runInProcess } from '../run-in-process';
import type { ServiceContext } from '../service-context';
import { LONG_WORK_MS, targetUrl } from '../target-pool';
import type { ReadingAnswer, ReadingJob } from './reading-job';
import { doReading, type Reading, type ReadingKind, type ReadingResult } from './readings';
import { takeTurns } from './take-turns';
import type { ReadingPlace } from './understand-migration';

/** What a long file may take. */
const LIMIT_MS = 300_000;

/** Each keeps a processor busy and takes some 200 MB. */
const inTurn = takeTurns(2);

export interface ReadOptions {
  /** It would keep this process from everything else: another one does it. */
  readonly long: boolean;
  /** Says that nobody waits any more. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a file, or plans, against a database as it is now; writes nothing. Gives the event loop free between its parts, and stops
 * there when `signal` says so. What is long runs in a process of its own, two at once, and is ended after five minutes (`invalid_input`).
 */
export function readOn<K extends ReadingKind>(
  context: ServiceContext,
  database: StoredDatabase,
  reading: Reading<K>,
  options: ReadOptions,
): Promise<ReadingResult<K>> {
  const { long, signal = new AbortController().signal } = options;
  if (long) return inTurn(() => readInProcess(context, database, reading, signal), signal);
  const place: ReadingPlace = {
    ask: (work) => context.targets.use(database, work, { patient: true, patienceMs: LONG_WORK_MS }),
    breathe: async () => {
      await nextTurn();
      signal.throwIfAborted();
    },
  };
  return doReading(place, reading);
}

async function readInProcess<K extends ReadingKind>(
  context: ServiceContext,
  database: StoredDatabase,
  reading: Reading<K>,
  signal: AbortSignal,
): Promise<ReadingResult<K>> {
  const url = targetUrl(context.key, database);
  const job: ReadingJob<K> = { target: { url, tls: database.tls }, reading };
  const run = await runInProcess<ReadingAnswer<K>>('lib/services/reading/reading-process.ts', job, {
    limitMs: LIMIT_MS,
    signal,
  });
  if (run.kind === 'answered') {
    if (run.answer.kind === 'read') return run.answer.result;
    if (run.answer.kind === 'fault')
      throw new Error(`A reading failed: ${withoutPassword(run.answer.fault, url)}`);
    const { code, message, ...details } = run.answer.error;
    throw new SegueError(code, message, details);
  }
  signal.throwIfAborted();
  logger.warn({ database: database.id, run }, 'a reading ended without an answer');
  throw new SegueError(
    'invalid_input',
    run.kind === 'time'
      ? `The file was not read to its end in ${LIMIT_MS / 1000} s.`
      : 'The file was not read to its end: its process ended, as where memory is short.',
    { next: 'Split it, or plan it on the command line: segue plan <file> --database <URL>.' },
  );
}
