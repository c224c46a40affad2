/** Counts and latencies of the last seconds, one slot a second. */
export interface LatencyWindow {
  record(latencyMs: number, failed: boolean): void;
  /** Closes the present second and returns it, with what holds for the whole window. */
  closeSecond(): {
    readonly requests: number;
    readonly errors: number;
    readonly slowestMs: number | null;
    readonly p99Ms: number | null;
    readonly requestsPerSecond: number;
  };
}

/** Makes an empty window over `seconds` seconds. */
export function latencyWindow(seconds: number): LatencyWindow {
  const closed: number[][] = [];
  let present: number[] = [];
  let errors = 0;
  return {
    record(latencyMs, failed) {
      present.push(latencyMs);
      if (failed) errors += 1;
    },
    closeSecond() {
      const second = { requests: present.length, errors, slowestMs: slowest(present) };
      closed.push(present);
      if (closed.length > seconds) closed.shift();
      present = [];
      errors = 0;
      const all = closed.flat();
      return { ...second, p99Ms: percentile(all, 0.99), requestsPerSecond: all.length / closed.length };
    },
  };
}

function slowest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

/** The value that a fraction of all values does not exceed (nearest rank); null without values. */
export function percentile(values: readonly number[], fraction: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] ?? null;
}
