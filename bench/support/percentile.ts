import type { Spread } from './load-spec';

/** Percentiles by nearest rank. */
function ranks(values: readonly number[]): (share: number) => number {
  const sorted = Float64Array.from(values).sort();
  return (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Median, 95th percentile and maximum, rounded. */
export function summary(values: readonly number[]): { n: number; p50: number; p95: number; max: number } {
  const rank = ranks(values);
  const [p50 = 0, p95 = 0, max = 0] = [0.5, 0.95, 1].map((share) => Math.round(rank(share)));
  return { n: values.length, p50, p95, max };
}

/** The same and the 99th, to a hundredth. */
export function spread(values: readonly number[]): Spread {
  const rank = ranks(values);
  const [p50 = 0, p95 = 0, p99 = 0, max = 0] = [0.5, 0.95, 0.99, 1].map((share) =>
    Number(rank(share).toFixed(2)),
  );
  return { n: values.length, p50, p95, p99, max };
}

/** Of an even number of values the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
