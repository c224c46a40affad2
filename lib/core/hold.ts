/** What can keep a move waiting although nobody asked it to stop. */
export const HOLD_KINDS = [
  /** Others hold a table, or a row, that the step needs. */
  'lock',
  /** A statement that makes nobody wait waits itself: an index build for old snapshots, say. */
  'statement',
  /** A standby has not replayed what the phase did. */
  'standby',
  'replica_lag',
  'wal_rate',
  'retained_wal',
  'disk',
  'lock_waits',
  'autovacuum',
  'dead_tuples',
  'latency',
] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

/** Attempts at a lock before a person is asked. With the sleeps between them this is about a minute. */
export const LOCK_ATTEMPTS = 40;

/** Why a move waits, with the one who is to blame. */
export interface HoldReason {
  readonly kind: HoldKind;
  /** The table, standby, slot or session that it waits for. */
  readonly culprit: string;
  /** One sentence with the figures. */
  readonly message: string;
  readonly evidence?: readonly Record<string, string | number | boolean | null>[];
}

/** A hold that is in force. */
export interface Hold extends Required<HoldReason> {
  readonly stepId: string | null;
  /** ISO time since when. */
  readonly since: string;
  /** How often it was looked for in vain. */
  readonly attempts: number;
}
