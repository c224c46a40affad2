import { type Hold, type HoldKind, LOCK_ATTEMPTS } from '@/lib/core/hold';

/** What ends each kind of hold, and what a person may do about it. */
const ENDS: Record<HoldKind, string> = {
  lock: `Each try gives up within the longest pause, so that your queries pass. After ${LOCK_ATTEMPTS} tries Segue stops and asks you; sooner where a check finds a transaction that is too old.`,
  statement: 'It goes on by itself when they end.',
  standby: 'It goes on by itself when it has.',
  replica_lag: 'It goes on by itself when that has caught up.',
  wal_rate: 'It goes on by itself when the server writes less.',
  retained_wal: 'It goes on by itself when its reader has caught up, or the slot is dropped.',
  disk: 'It goes on by itself when there is room.',
  lock_waits: 'It goes on by itself when they have their locks.',
  autovacuum: 'It goes on by itself when the vacuum is done, or its time is over.',
  dead_tuples:
    'It goes on by itself when a vacuum has cleared them; VACUUM the table yourself if none comes, and look for old transactions that keep them.',
  latency: 'It goes on by itself when reading is fast again.',
};

/** Holds that a limit among the transition's settings decides. */
const LIMITED: ReadonlySet<HoldKind> = new Set([
  'replica_lag',
  'wal_rate',
  'retained_wal',
  'lock_waits',
  'autovacuum',
  'dead_tuples',
  'latency',
]);

/** A COMMIT that waits for a synchronous standby belongs to no step. */
const COMMIT_ENDS = 'It goes on by itself when a standby answers, or when none is waited for any more.';

/** What ends a hold, and whether a setting of the transition decides on it. */
export function holdEnds({ kind, stepId }: Pick<Hold, 'kind' | 'stepId'>): {
  readonly text: string;
  readonly limited: boolean;
} {
  return {
    text: kind === 'standby' && stepId === null ? COMMIT_ENDS : ENDS[kind],
    limited: LIMITED.has(kind),
  };
}

/** "tried 3 of 40 times", where it is tries that count. */
export function triesInWords({ kind, attempts }: Pick<Hold, 'kind' | 'attempts'>): string | null {
  return kind === 'lock' && attempts > 1 ? `tried ${attempts} of ${LOCK_ATTEMPTS} times` : null;
}
