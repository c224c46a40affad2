/** Median, 95th percentile (nearest rank) and maximum, rounded. */
export function summary(values: readonly number[]): { n: number; p50: number; p95: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (p: number) => Math.round(sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0);
  return { n: sorted.length, p50: rank(0.5), p95: rank(0.95), max: rank(1) };
}
