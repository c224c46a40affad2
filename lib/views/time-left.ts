export interface BackfillPace {
  readonly rowsSeen: number;
  readonly rowsTotal: number;
  readonly totalIsExact: boolean;
  /** Work done as 0…1, exact; null where only rows are counted. */
  readonly share: number | null;
  /** Time at work, in ms: pauses by a person and holds left out. */
  readonly workingMs: number;
  /** The recent rate; null when it is not known. */
  readonly rowsPerSecond: number | null;
}

/** Below this a rate says nothing yet. */
const MIN_WORKING_MS = 2000;
const MIN_SHARE = 0.01;

/**
 * Seconds left as an honest range, or null while it cannot be said: the recent and the average rate give its ends, each with
 * a tenth of slack, and a total that is only the server's estimate widens it. Paused time never counts.
 */
export function secondsLeft(pace: BackfillPace): readonly [number, number] | null {
  if (pace.workingMs < MIN_WORKING_MS || pace.rowsSeen <= 0) return null;
  const seconds = pace.workingMs / 1000;
  const { share, rowsPerSecond: recent } = pace;
  // The share of the work is exact where the number of rows is the server's estimate.
  const exact = share !== null && share > MIN_SHARE;
  const left = exact ? (1 - share) * pace.rowsTotal : pace.rowsTotal - pace.rowsSeen;
  if (left <= 0) return null;
  const average = (exact ? share * pace.rowsTotal : pace.rowsSeen) / seconds;
  const rates = [average, ...(recent !== null && recent > 0 ? [recent] : [])];
  const slack = pace.totalIsExact || exact ? 0.1 : 0.25;
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
