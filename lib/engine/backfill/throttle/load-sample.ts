/** What the server and the table have to bear at one moment. What could not be seen is null or empty, and said in `unseen`. */
export interface LoadSample {
  readonly standbys: readonly {
    readonly name: string;
    readonly lagMs: number;
    /** A logical subscriber, not a standby. */
    readonly subscriber: boolean;
  }[];
  readonly slots: readonly { readonly name: string; readonly active: boolean; readonly retainedMb: number }[];
  /** Of everybody, since the last sample; null in the first. */
  readonly walMbPerSecond: number | null;
  /** Sessions that wait for a lock and have to do with the table, longest first. */
  readonly waiters: readonly { readonly pid: number; readonly user: string; readonly application: string }[];
  /** A vacuum of the table; whether it is an automatic one is null where this role may not see it. */
  readonly vacuum: {
    readonly pid: number;
    readonly automatic: boolean | null;
    readonly minutes: number;
  } | null;
  readonly deadPercent: number | null;
  readonly lastVacuum: string | null;
  /** Time to read one row of the table; null where there was none to read. */
  readonly probeMs: number;
  /** Growth since the backfill began, indexes included. */
  readonly growthPercent: number | null;
  /** Sentences: what this role may not see, and which right it lacks. */
  readonly unseen: readonly string[];
}
