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
/** Until the first batch that takes half of its time, the size doubles: a large table is not begun in a thousand small ones. */
const FIRST_GROWTH = 2;
const FASTEST_SHRINK = 0.25;
/**
 * Time alone does not take a batch below so many rows, unless rows are slow themselves. Each batch costs something whatever its
 * size: where that is more than the target, fewer rows would not make it shorter.
 */
const FEWEST_IN_TIME = 100;

/**
 * Follows a target time: efficiency = duration ÷ target, exponentially smoothed; the size changes by 0.95 ÷ efficiency,
 * by a fifth upwards at most, by twice at the beginning. A new one begins small, so that the first batch of an unknown
 * table is a short one. Only rows that take long by themselves, or batches that were given up, make it smaller than a hundred.
 */
export function batchSize(first = 2000): BatchSize {
  let size = first;
  let efficiency: number | null = null;
  let given = first;
  let beginning = true;
  /** The least that a row has cost, its share of the batch's own cost included. */
  let cheapestMs = Number.POSITIVE_INFINITY;
  return {
    next: (cap) => {
      given = Math.max(1, Math.min(Math.round(size), cap));
      return given;
    },
    took: (ms, target) => {
      const now = ms / target;
      cheapestMs = Math.min(cheapestMs, ms / given);
      efficiency = efficiency === null ? now : SMOOTHING * now + (1 - SMOOTHING) * efficiency;
      if (now > 0.5) beginning = false;
      if (efficiency >= GOOD[0] && efficiency <= GOOD[1]) return;
      const factor = Math.max(
        FASTEST_SHRINK,
        Math.min(GOOD[1] / Math.max(efficiency, 0.001), beginning ? FIRST_GROWTH : FASTEST_GROWTH),
      );
      // From what was taken, not from what was wished: a cap must not let the wish run away.
      const fewest = Math.min(given, FEWEST_IN_TIME, Math.floor(target / cheapestMs));
      size = Math.max(1, fewest, given * factor);
      if (size === given && factor > 1) size = given + 1;
    },
    split: () => {
      size = Math.max(1, Math.floor(given / 2));
      efficiency = null;
      beginning = false;
    },
  };
}
