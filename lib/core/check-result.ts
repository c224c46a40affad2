export type CheckOutcome = 'pass' | 'warning' | 'fail' | 'inconclusive';
export type CheckMoment = 'entry' | 'exit' | 'watch' | 'rollback';

/** An answered check. `inconclusive` stops for a person, who may acknowledge it; a `fail` cannot be waved through; a `warning` stops nothing. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly moment: CheckMoment;
  readonly phase: number;
  readonly outcome: CheckOutcome;
  /** One sentence with the figures. */
  readonly summary: string;
  /** Sample keys, queries, blockers… flat rows for a table. */
  readonly evidence: readonly Record<string, string | number | boolean | null>[];
  readonly acknowledged: boolean;
  /** ISO time at which it was answered. */
  readonly at: string;
}
