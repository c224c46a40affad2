import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import { openTarget, SESSION_SETTINGS, type Target, type TargetOptions } from './target';

/** Looks at the two connections; a pooler under load may give the same session twice by chance. */
const ROUNDS = 3;

async function pidOf(sql: postgres.ISql): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  return row?.pid ?? 0;
}

/** One connection, and how often it has ended: the driver connects again by itself, and that is another session too. */
export interface Line {
  readonly sql: postgres.ISql;
  closes(): number;
}

/**
 * Throws `unsupported` where connections do not keep their session from one transaction to the next: PgBouncer in
 * transaction mode and its like. Leases, timeouts and index builds live in a session. `second` is another connection than
 * `first`; both stay open. A pooler gives itself away when one connection changes its process without having ended, or
 * when two connections that are both open have the same one.
 */
export async function refuseTransactionPooler(first: Line, second: postgres.ISql): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const closes = first.closes();
    const pids = new Set([await pidOf(first.sql), await pidOf(first.sql)]);
    const other = await pidOf(second);
    pids.add(await pidOf(first.sql));
    if (first.closes() === closes && (pids.size > 1 || pids.has(other))) throw poolerError();
  }
}

/** Opens a line to a target; close it. */
export function openLine(options: TargetOptions): Line & Target {
  let ended = 0;
  const target = openTarget({
    ...options,
    max: 1,
    onClose: () => {
      ended += 1;
    },
  });
  return { ...target, closes: () => ended };
}

function poolerError(): SegueError {
  return new SegueError(
    'unsupported',
    'A transaction pooler stands before this database: one connection does not keep its session from one transaction to the next.',
    {
      object: 'url',
      next: 'Give the address of the server itself, or of a pool in session mode (PgBouncer: pool_mode = session). Segue’s timeouts and leases live in a session.',
    },
  );
}

/** Session settings of Segue that are not in force on a connection: a session pooler may drop what a client asks for. */
export async function missingSettings(sql: postgres.ISql): Promise<string[]> {
  const rows = await sql<{ name: string; setting: string }[]>`
    SELECT name, setting FROM pg_settings WHERE lower(name) = ANY (${Object.keys(SESSION_SETTINGS).map((name) => name.toLowerCase())}::text[])`;
  const inForce = new Map(rows.map((row) => [row.name.toLowerCase(), row.setting]));
  return Object.entries(SESSION_SETTINGS)
    .filter(([name, value]) => inForce.get(name.toLowerCase()) !== String(value))
    .map(([name]) => name);
}

/** Statements that give a role the settings, for a session pooler that drops them. */
export function settingsScript(role: string): string {
  return Object.entries(SESSION_SETTINGS)
    .map(([name, value]) => {
      // A list of names, not one name with a comma in it.
      const text = name === 'search_path' ? String(value) : quoteLiteral(String(value));
      return `ALTER ROLE ${quoteIdent(role)} SET ${name} = ${text};`;
    })
    .join('\n');
}

/** Throws `unsupported` with the way out where a session does not have Segue's settings. */
export async function requireSettings(sql: postgres.ISql): Promise<void> {
  const missing = await missingSettings(sql);
  if (missing.length === 0) return;
  const [row] = await sql<{ role: string }[]>`SELECT current_user::text AS role`;
  throw new SegueError('unsupported', `A pooler drops settings of Segue’s sessions: ${missing.join(', ')}.`, {
    object: 'url',
    next: 'Connect directly, or give the role these settings (see the evidence), then try again.',
    evidence: { script: settingsScript(row?.role ?? 'segue') },
  });
}
