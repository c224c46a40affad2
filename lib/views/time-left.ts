export interface BackfillPace {
  readonly rowsSeen: number;
  readonly rowsTotal: number;
  readonly totalIsExact: boolean;
  /** Time spent on batches, pauses by a person left out, in ms. */
  readonly workingMs: number;
  /** The recent rate; null when it is not known. */
  readonly rowsPerSecond: number | null;
}

/** Below this a rate says nothing yet. */
const MIN_WORKING_MS = 2000;

/**
 * Seconds left as an honest range, or null while it cannot be said: the recent and the average rate give its ends, each with
 * a tenth of slack, and a total that is only the server's estimate widens it. Paused time never counts.
 */
export function secondsLeft(pace: BackfillPace): readonly [number, number] | null {
  if (pace.workingMs < MIN_WORKING_MS || pace.rowsSeen <= 0) return null;
  const left = pace.rowsTotal - pace.rowsSeen;
  if (left <= 0) return null;
  const average = pace.rowsSeen / (pace.workingMs / 1000);
  const rates = [
    average,
    ...(pace.rowsPerSecond !== null && pace.rowsPerSecond > 0 ? [pace.rowsPerSecond] : []),
  ];
  const slack = pace.totalIsExact ? 0.1 : 0.25;
  const low = (left / Math.max(...rates)) * (1 - slack);
  const high = (left / Math.min(...rates)) * (1 + slack);
  return [Math.max(1, Math.floor(low)), Math.max(1, Math.ceil(high))];
}

/** The range in words: "About 3–4 minutes left." */
export function timeLeftText(range: readonly [number, number] | null): string | null {
  if (range === null) return null;
  const [low, high] = range;
  if (high < 15) return 'A few seconds left.';
  if (high < 60) return 'Less than a minute left.';
  if (high < 2 * 3600) return `About ${span(low / 60, high / 60, 'minute')} left.`;
  return `About ${span(low / 3600, high / 3600, 'hour')} left.`;
}

function span(low: number, high: number, unit: string): string {
  const from = Math.max(1, Math.round(low));
  const to = Math.max(from, Math.ceil(high));
  return from === to ? `${to} ${unit}${to === 1 ? '' : 's'}` : `${from}–${to} ${unit}s`;
}
