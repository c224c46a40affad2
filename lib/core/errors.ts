/** Every way in which Segue can refuse or fail. Closed: the UI, the API and the exit codes switch over it. */
export type ErrorCode =
  // wrong usage or unreadable input (exit 2)
  | 'invalid_input'
  | 'unknown_table'
  | 'unknown_column'
  | 'name_taken'
  | 'name_too_long'
  | 'unsupported'
  | 'bad_expression'
  | 'other_operations'
  | 'not_found'
  // the database cannot be used (exit 2)
  | 'connection_failed'
  | 'read_only'
  | 'missing_rights'
  | 'unsupported_version'
  // a finding or a failed check (exit 1)
  | 'check_failed'
  | 'step_failed'
  // a person is needed (exit 3)
  | 'approval_missing'
  | 'drift'
  | 'lock_not_had'
  | 'limit_reached'
  | 'check_inconclusive'
  | 'would_lose_values'
  | 'lease_held'
  | 'table_busy'
  | 'confirmation_missing'
  | 'not_allowed'
  | 'conflict'
  | 'managed_elsewhere'
  // the run was stopped from outside; it resumes
  | 'lease_lost'
  | 'connection_lost'
  | 'stopped'
  // masked
  | 'internal';

export interface ErrorDetails {
  /** The object the error is about, as a person knows it ("users.name"). */
  readonly object?: string;
  /** What to do next, one sentence. */
  readonly next?: string;
  /** Facts for the screen: sample keys, blockers, missing grants… */
  readonly evidence?: Record<string, unknown>;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('segue.error');

/** The one error class. `message` names the object and what is wrong; `next` says what to do. */
export class SegueError extends Error {
  readonly code: ErrorCode;
  readonly object: string | undefined;
  readonly next: string | undefined;
  readonly evidence: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SegueError';
    this.code = code;
    this.object = details.object;
    this.next = details.next;
    this.evidence = details.evidence;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** A bundler may give one process several copies of this module, and what one of them throws another one catches. */
  static override [Symbol.hasInstance](value: unknown): value is SegueError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

const EXIT_CODES: Record<ErrorCode, 1 | 2 | 3> = {
  invalid_input: 2,
  unknown_table: 2,
  unknown_column: 2,
  name_taken: 2,
  name_too_long: 2,
  unsupported: 2,
  bad_expression: 2,
  other_operations: 2,
  not_found: 2,
  connection_failed: 2,
  read_only: 2,
  missing_rights: 2,
  unsupported_version: 2,
  check_failed: 1,
  step_failed: 1,
  approval_missing: 3,
  drift: 3,
  lock_not_had: 3,
  limit_reached: 3,
  check_inconclusive: 3,
  would_lose_values: 3,
  lease_held: 3,
  table_busy: 3,
  confirmation_missing: 3,
  not_allowed: 3,
  conflict: 3,
  managed_elsewhere: 3,
  lease_lost: 3,
  connection_lost: 3,
  stopped: 3,
  internal: 1,
};

/** Exit code of the command line for an error (design: 1 finding or failed check, 2 wrong usage, 3 a person is needed). */
export function exitCodeOf(code: ErrorCode): 1 | 2 | 3 {
  return EXIT_CODES[code];
}
