import { type ErrorCode, SegueError } from '@/lib/core/errors';
import { postgres } from '@/lib/driver/postgres';
import { formatTextArray, parseTextArray } from './text-array';

export interface TargetOptions {
  readonly url: string;
  readonly tls?: 'disable' | 'prefer' | 'require' | 'verify-full';
  readonly applicationName?: string;
  /** Connections at most. @default 2 */
  readonly max?: number;
  /** Called when a connection ends, for whatever reason. */
  readonly onClose?: () => void;
  /** Called with each notice that the server sends. */
  readonly onNotice?: (message: string) => void;
  /** What its sessions ask for beside SESSION_SETTINGS: parameters that only some versions know. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A way into one target database. Connects when first used; whoever opens it closes it. */
export interface Target {
  readonly sql: postgres.Sql;
  readonly options: TargetOptions;
  /** Ends all connections, giving statements under way `graceSeconds` (5) to end; may be called twice. */
  close(graceSeconds?: number): Promise<void>;
}

/** Settings that hold in every session of Segue: what a statement means must not depend on a role's own settings. */
export const SESSION_SETTINGS = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  // Names resolve in pg_catalog only and print with their schema. Not empty: postgres.js drops empty settings in silence.
  search_path: 'pg_catalog, pg_temp',
  lock_timeout: 2000,
  statement_timeout: 60_000,
  idle_in_transaction_session_timeout: 10_000,
  // A lease's sessions rest while one of them works for hours: the longest that there is, for postgres.js drops a zero too.
  idle_session_timeout: 2_147_483_647,
  // Without it a server goes on for a client that is gone; with it, it notices within two seconds.
  client_connection_check_interval: '2000',
  row_security: 'off',
  // Above it, Segue's own reads would make the application's transactions fail to serialize.
  default_transaction_isolation: 'read committed',
  quote_all_identifiers: 'off',
  extra_float_digits: 1,
  bytea_output: 'hex',
  // The catalog is read by statements that look expensive and are short: compiling them would take longer than they do.
  jit: 'off',
} as const;

/** text[] and cstring[]: the arrays that the engine sends and reads. */
const TEXT_ARRAYS = Object.fromEntries(
  [1009, 1263].map((oid) => [
    `array_${oid}`,
    { to: oid, from: [oid], serialize: formatTextArray, parse: parseTextArray },
  ]),
);

const TLS_MODES = {
  disable: false,
  prefer: 'prefer',
  require: 'require',
  'verify-full': 'verify-full',
} as const;

function isUrl(url: string): boolean {
  return URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol);
}

/** Opens a target. Throws `invalid_input` for something that is no PostgreSQL URL; connecting itself happens later. */
export function openTarget(options: TargetOptions): Target {
  if (!isUrl(options.url)) {
    throw new SegueError('invalid_input', 'This is not a PostgreSQL URL.', {
      next: 'Write it as postgres://user:password@host:5432/database.',
    });
  }
  const sql = postgres(options.url, {
    max: options.max ?? 2,
    // A session must not be replaced behind our back: leases and timeouts live in it.
    max_lifetime: null,
    connect_timeout: 10,
    keep_alive: 10,
    prepare: false,
    // Asked for at each connection, the array types' answer is nobody's: a server that dies then would end this process.
    fetch_types: false,
    types: TEXT_ARRAYS,
    ...(options.tls === undefined ? {} : { ssl: TLS_MODES[options.tls] }),
    onnotice: (notice) => options.onNotice?.(notice.message ?? ''),
    ...(options.onClose === undefined ? {} : { onclose: options.onClose }),
    connection: {
      application_name: options.applicationName ?? 'segue',
      ...SESSION_SETTINGS,
      ...options.settings,
    },
  });
  return { sql, options, close: (graceSeconds = 5) => sql.end({ timeout: graceSeconds }) };
}

/** SQLSTATE of an error that came from PostgreSQL, also where drizzle has wrapped it. */
export function sqlStateOf(error: unknown): string | null {
  if (error instanceof postgres.PostgresError) return error.code;
  if (error instanceof Error && error.cause !== undefined) return sqlStateOf(error.cause);
  return null;
}

/** The innermost message: what PostgreSQL itself said. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.cause instanceof Error ? messageOf(error.cause) : error.message;
  return String(error);
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ECONNRESET',
  'EPIPE',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
]);
/** Shut down, crashed, starting up; no connection left. */
const CONNECTION_STATES = new Set(['57P01', '57P02', '57P03', '53300']);
const nodeCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** True when the connection, not the statement, failed: nothing is known about the last statement's outcome. */
export function isConnectionError(error: unknown): boolean {
  if (error instanceof SegueError) return error.code === 'connection_failed';
  const code = nodeCode(error);
  const state = sqlStateOf(error);
  if (code !== null && CONNECTION_CODES.has(code)) return true;
  if (state !== null) return state.startsWith('08') || CONNECTION_STATES.has(state);
  return error instanceof Error && error.cause !== undefined && isConnectionError(error.cause);
}

const STATE_CODES: Record<string, readonly [ErrorCode, string]> = {
  '28P01': ['connection_failed', 'Check user and password.'],
  '28000': ['connection_failed', 'Check the user, and pg_hba.conf of the server.'],
  '3D000': ['connection_failed', 'Check the name of the database.'],
  '53300': ['connection_failed', 'The server has no connection left: close some, or raise max_connections.'],
  '42501': ['missing_rights', 'Grant the right that is named, or connect as the owner.'],
  '25006': ['read_only', 'Connect to the primary: this server accepts no writes.'],
  '53100': ['step_failed', 'The disk is full: free some space, then retry.'],
  SG001: ['lease_lost', 'Another worker goes on with it.'],
  SG002: ['not_allowed', 'Look at the table that is named, then try again.'],
  '55P03': ['lock_not_had', 'Something holds a lock on the table for long: see the blockers, then retry.'],
};

/** Any error as a SegueError that a person can act on. Never contains the password. */
export function targetError(error: unknown, target: Pick<Target, 'options'>): SegueError {
  if (error instanceof SegueError) return error;
  const url = new URL(target.options.url);
  const where = `${url.hostname}:${url.port === '' ? '5432' : url.port}`;
  const known = STATE_CODES[sqlStateOf(error) ?? ''];
  if (known !== undefined)
    return new SegueError(known[0], sentence(messageOf(error)), {
      object: url.pathname.slice(1),
      next: known[1],
      cause: error,
    });
  if (/unsupported startup parameter/i.test(messageOf(error))) {
    return new SegueError(
      'unsupported',
      `A pooler at ${where} refuses the settings of Segue’s sessions: ${messageOf(error)}.`,
      {
        object: where,
        next: 'Connect to the server itself, or let the pooler ignore these parameters and give them to the role; see the operating guide.',
        cause: error,
      },
    );
  }
  if (isConnectionError(error)) {
    return new SegueError(
      'connection_failed',
      `The database "${url.pathname.slice(1)}" at ${where} cannot be reached: ${messageOf(error)}.`,
      {
        object: where,
        next: 'Check that the server runs and that this machine may connect to it.',
        cause: error,
      },
    );
  }
  return new SegueError('step_failed', sentence(messageOf(error)), {
    next: 'See the message of PostgreSQL.',
    cause: error,
  });
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
