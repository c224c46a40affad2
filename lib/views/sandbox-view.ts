import type { PhaseKind } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';

/** Which version of the demo shop: `old` reads and writes customers.name, `new` customers.full_name. */
export type CodeVersion = 'old' | 'new';

/** One version's traffic. Counts run since it was last switched on. */
export interface TrafficView {
  readonly version: CodeVersion;
  /** The column of `customers` that this version reads and writes. */
  readonly column: string;
  readonly on: boolean;
  readonly onSince: string | null;
  readonly requests: number;
  readonly errors: number;
  readonly lastError: { readonly at: string; readonly message: string } | null;
  /** Over the last ten seconds. */
  readonly requestsPerSecond: number;
  /** Milliseconds from the moment a request was due to its answer, over the last ten seconds; null without requests. */
  readonly p99Ms: number | null;
}

/** Columns for a chart, one entry a second; a null is a second without traffic. */
export interface TrafficSeries {
  /** Unix seconds. */
  readonly at: readonly number[];
  readonly old: TrafficColumns;
  readonly new: TrafficColumns;
}

export interface TrafficColumns {
  readonly requests: readonly (number | null)[];
  readonly errors: readonly (number | null)[];
  /** The slowest request of each second, in milliseconds. */
  readonly slowestMs: readonly (number | null)[];
}

/** Something happened that may show in the traffic. */
export type TrafficMark =
  | {
      readonly at: string;
      readonly kind: 'phase';
      readonly phase: PhaseKind;
      readonly direction: Direction;
    }
  | { readonly at: string; readonly kind: 'switch'; readonly version: CodeVersion; readonly on: boolean };

export interface SandboxTrafficView {
  readonly versions: readonly TrafficView[];
  readonly series: TrafficSeries;
  readonly marks: readonly TrafficMark[];
  /** Why no traffic runs although it is switched on; null when all is well. */
  readonly problem: string | null;
}

/** The sandbox as pages poll it. */
export type SandboxView =
  | { readonly state: 'none' }
  | { readonly state: 'creating'; readonly step: string; readonly since: string }
  | { readonly state: 'removing' }
  | { readonly state: 'failed'; readonly message: string; readonly next: string | null }
  | {
      readonly state: 'ready';
      readonly databaseId: string;
      readonly customers: number;
      readonly traffic: SandboxTrafficView;
    };
