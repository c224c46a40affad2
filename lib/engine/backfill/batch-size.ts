/** How many rows the next batch takes, from how long the last ones took. */
export interface BatchSize {
  /** Rows for the next batch: at least 1, at most `cap`. */
  next(cap: number): number;
  /** A batch was committed after this many ms, of `target`. */
  took(ms: number, target: number): void;
  /** A batch was given up: the next one is half as large. */
  split(): void;
}

/** Between these shares of the target nothing changes. */
const GOOD = [0.9, 0.95] as const;
const FASTEST_GROWTH = 1.2;
/** Until the first batch that takes half of its time, the size doubles: a large table is not begun in a thousand small ones. */
const FIRST_GROWTH = 2;
const FASTEST_SHRINK = 0.25;
/** The middle one of so many counts: a single batch that a checkpoint or a busy processor held up changes nothing. */
const REMEMBERED = 5;
/**
 * What a batch costs beside its rows is about that of some dozens of rows, and of its messages: a smaller one is
 * hardly shorter. So below this the size goes only while its rows take more than SHORT_MS, and comes back when they do not.
 */
const FEWEST = 100;
const SHORT_MS = 20;
/** So many batches of different sizes tell what one costs beside its rows: over a slow network that is most of it. */
const COMPARED = 8;

/** What a batch costs beside its rows, by least squares; null where all were about as large. */
function costBesideRows(batches: readonly { readonly rows: number; readonly ms: number }[]): number | null {
  const sizes = batches.map(({ rows }) => rows);
  if (Math.max(...sizes) < 2 * Math.min(...sizes)) return null;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rows = mean(sizes);
  const ms = mean(batches.map((batch) => batch.ms));
  const slope =
    mean(batches.map((batch) => (batch.rows - rows) * (batch.ms - ms))) /
    mean(sizes.map((size) => (size - rows) ** 2));
  return Math.max(0, ms - Math.max(0, slope) * rows);
}

/**
 * Follows a target time: the size changes by 0.95 ÷ (duration ÷ target), by a fifth upwards at most, by twice at the beginning.
 * The duration is the median of what the last batches would have taken at the present size. A new one begins small, so that
 * the first batch of an unknown table is a short one.
 */
export function batchSize(first = 2000): BatchSize {
  let size = first;
  let given = first;
  let beginning = true;
  let perRow: number[] = [];
  let compared: { rows: number; ms: number }[] = [];
  let beside = 0;
  const median = (): number => perRow.toSorted((a, b) => a - b)[Math.floor(perRow.length / 2)] ?? 0;
  return {
    next: (cap) => {
      given = Math.max(1, Math.min(Math.round(size), cap));
      return given;
    },
    took: (ms, target) => {
      perRow = [...perRow, ms / given].slice(-REMEMBERED);
      compared = [...compared, { rows: given, ms }].slice(-COMPARED);
      beside = costBesideRows(compared) ?? beside;
      if (ms > target / 2) beginning = false;
      const usual = beginning ? ms : median() * given;
      const efficiency = usual / target;
      if (efficiency >= GOOD[0] && efficiency <= GOOD[1]) return;
      const factor = Math.max(
        FASTEST_SHRINK,
        Math.min(GOOD[1] / Math.max(efficiency, 0.001), beginning ? FIRST_GROWTH : FASTEST_GROWTH),
      );
      // From what was taken, not from what was wished: a cap must not let the wish run away.
      const fewest = usual - beside > SHORT_MS ? 1 : Math.min(FEWEST, given * FASTEST_GROWTH);
      const wished = Math.max(fewest, given * factor);
      size = wished > given ? Math.max(wished, given + 1) : wished;
    },
    split: () => {
      size = Math.max(1, Math.floor(given / 2));
      perRow = [];
      beginning = false;
    },
  };
}
