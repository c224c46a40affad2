/** A row's key, column by column. */
type RecordedKey = Readonly<Record<string, unknown>>;

/** A value that was written on one side and that the other side cannot hold. */
export interface RecordedException {
  readonly side: 'old' | 'new';
  readonly key: RecordedKey;
  /** null: found while rows were copied; it stands in the row. */
  readonly value: string | null;
  /** ISO time. */
  readonly at: string;
}

/** What was not kept where both sides were written differently at once, or where a row could not be put back. */
export interface RecordedConflict {
  readonly key: RecordedKey;
  readonly kept: string | null;
  readonly lost: string | null;
  /** ISO time. */
  readonly at: string;
}

/** What the sync of a transition could not carry over, recorded instead of an error in the application. */
export interface Recorded {
  readonly exceptions: number;
  readonly conflicts: number;
  /** The latest few. */
  readonly lastExceptions: readonly RecordedException[];
  readonly lastConflicts: readonly RecordedConflict[];
}

export const NOTHING_RECORDED: Recorded = {
  exceptions: 0,
  conflicts: 0,
  lastExceptions: [],
  lastConflicts: [],
};
