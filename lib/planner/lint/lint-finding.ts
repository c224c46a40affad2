import type { LockMode, Severity } from '@/lib/core/plan';

/** What lint says of one statement: the fields of the command line's contract, and its column. */
export interface LintFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly statement: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The strongest lock on `relation`, or of the statement. */
  readonly lock: LockMode | null;
  readonly relation: string | null;
  readonly rewrites: boolean;
  readonly scans: boolean;
  readonly fix: string | null;
}
