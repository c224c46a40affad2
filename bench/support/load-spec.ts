/** What one application version sends. `$1` is the key of a row, `$2` of the write a number as text. */
export interface LoadVersion {
  readonly name: string;
  readonly read: string;
  readonly write: string;
}

export interface LoadSpec {
  readonly url: string;
  /** Keys are 1 to this. */
  readonly rows: number;
  readonly connections: number;
  /** Of 100 operations, so many are writes. */
  readonly writePercent: number;
}

/** In ms, to a hundredth. */
export interface Spread {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadReport {
  readonly seconds: number;
  readonly perSecond: number;
  /** Of the load's process, as `nice` counts: negative goes first. */
  readonly priority: number;
  /** From the moment at which an operation was due. */
  readonly all: Spread;
  readonly reads: Spread;
  readonly writes: Spread;
  /** Of it, how late the client itself was. */
  readonly lateness: Spread;
  readonly errors: number;
  readonly firstErrors: readonly string[];
}
