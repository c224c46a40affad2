/** A row of pg_stat_progress_create_index. */
export interface IndexProgress {
  readonly phase: string;
  readonly blocksTotal: number;
  readonly blocksDone: number;
  readonly tuplesTotal: number;
  readonly tuplesDone: number;
  readonly lockersTotal: number;
  readonly lockersDone: number;
}

/** A statement of Segue's that takes long, as it is at this moment. */
export interface StatementProgress {
  readonly kind: 'index' | 'validate';
  readonly object: string;
  /** What it is doing, in plain words. */
  readonly words: string;
  /** 0…1; null where PostgreSQL tells no progress. */
  readonly share: number | null;
  /** ISO time since when. */
  readonly since: string;
  readonly tableBytes: number;
}

/** What a phase is called, where of the whole it begins and ends, and what counts in it. */
const PHASES: readonly (readonly [
  prefix: string,
  words: string,
  from: number,
  to: number,
  counts: 'blocks' | 'tuples' | 'lockers' | null,
])[] = [
  ['initializing', 'Getting ready', 0, 0.01, null],
  [
    'waiting for writers before build',
    'Waiting for transactions that write the table',
    0.01,
    0.02,
    'lockers',
  ],
  ['building index: scanning table', 'Reading the table', 0.02, 0.45, 'blocks'],
  ['building index: sorting', 'Sorting', 0.45, 0.5, null],
  ['building index: loading', 'Writing the index', 0.5, 0.65, 'tuples'],
  ['building index', 'Building the index', 0.02, 0.65, 'blocks'],
  [
    'waiting for writers before validation',
    'Waiting for transactions that write the table',
    0.65,
    0.66,
    'lockers',
  ],
  ['index validation: scanning index', 'Checking: reading the index', 0.66, 0.74, 'blocks'],
  ['index validation: sorting', 'Checking: sorting', 0.74, 0.78, 'tuples'],
  ['index validation: scanning table', 'Checking: reading the table', 0.78, 0.97, 'blocks'],
  ['waiting for old snapshots', 'Waiting for transactions that began before', 0.97, 0.99, 'lockers'],
  ['waiting for readers', 'Waiting for transactions that read the table', 0.98, 1, 'lockers'],
];

/**
 * The phase of a concurrent index build in plain words, and how much of the whole is done, 0…1. The phases' shares are
 * typical ones: the bar never goes back, but its pace differs from phase to phase.
 */
export function indexProgress(row: IndexProgress): { readonly words: string; readonly share: number } {
  const known = PHASES.find(([prefix]) => row.phase.startsWith(prefix));
  if (known === undefined) return { words: row.phase, share: 0 };
  const [, words, from, to, counts] = known;
  const [done, total] =
    counts === 'blocks'
      ? [row.blocksDone, row.blocksTotal]
      : counts === 'tuples'
        ? [row.tuplesDone, row.tuplesTotal]
        : counts === 'lockers'
          ? [row.lockersDone, row.lockersTotal]
          : [0, 0];
  const part = total > 0 ? Math.min(1, done / total) : 0;
  const counted = counts === 'lockers' && total > 0 ? `${words}, ${done} of ${total} done` : words;
  return { words: counted, share: from + (to - from) * part };
}
