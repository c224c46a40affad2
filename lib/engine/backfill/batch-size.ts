/** How many rows the next batch takes, from how long the last ones took. */
export interface BatchSize {
  /** Rows for the next batch: at least 1, at most `cap`. */
  next(cap: number): number;
  /** A batch was committed after this many ms, of `target`. */
  took(ms: number, target: number): void;
  /** A batch was given up: the next one is half as large. */
  split(): void;
}

const SMOOTHING = 0.6;
/** Between these shares of the target nothing changes. */
const GOOD = [0.9, 0.95] as const;
const FASTEST_GROWTH = 1.2;
const FASTEST_SHRINK = 0.25;

/**
 * Follows a target time: efficiency = duration ÷ target, exponentially smoothed; the size changes by 0.95 ÷ efficiency,
 * by a fifth upwards at most. A new one begins small, so that the first batch of an unknown table is a short one.
 */
export function batchSize(first = 1000): BatchSize {
  let size = first;
  let efficiency: number | null = null;
  let given = first;
  return {
    next: (cap) => {
      given = Math.max(1, Math.min(Math.round(size), cap));
      return given;
    },
    took: (ms, target) => {
      const now = ms / target;
      efficiency = efficiency === null ? now : SMOOTHING * now + (1 - SMOOTHING) * efficiency;
      if (efficiency >= GOOD[0] && efficiency <= GOOD[1]) return;
      const factor = Math.max(
        FASTEST_SHRINK,
        Math.min(GOOD[1] / Math.max(efficiency, 0.001), FASTEST_GROWTH),
      );
      // From what was taken, not from what was wished: a cap must not let the wish run away.
      size = Math.max(1, given * factor);
      if (size === given && factor > 1) size = given + 1;
    },
    split: () => {
      size = Math.max(1, Math.floor(given / 2));
      efficiency = null;
    },
  };
}
