import type postgres from 'postgres';
import type { BackfillWork, Step } from '@/lib/core/plan';
import { quoteLiteral } from '@/lib/core/sql-text';
import { BACKFILL_SETTING } from '@/lib/planner/sync/pair';
import type { Lease } from '../lease';
import type { PreparedStatements } from './prepared-statements';

/** Whose transaction it is. */
type Holder = Pick<Lease, 'rolloutId' | 'epoch'>;

/** What the statements of a batch are made from. */
export interface StatementScope {
  readonly lease: Holder;
  readonly step: Step;
  readonly work: BackfillWork;
  /** Rows lie on the disk in the order of the key, so taking them as they lie is taking them in key order. */
  readonly liesInKeyOrder: boolean;
}

/** What every batch of a backfill works with. */
export interface BatchScope extends StatementScope {
  /** The lane's own connection, and what stays prepared in its session. */
  readonly sql: postgres.Sql;
  readonly prepared: PreparedStatements;
}

/** How a batch goes about its rows. */
export interface BatchForm {
  /** Conversions in the form that never raises. */
  readonly safe: boolean;
  /** Locks all rows in key order before it changes the first: after a batch that met another's lock. */
  readonly ordered: boolean;
}

/** Less than a fifth of the usual deadlock_timeout: if a batch and a client lock rows crosswise, the batch gives way, never the client. */
const LOCK_TIMEOUT_MS = 150;
/** The same where the server has a shorter one, as SQL. */
const LOCK_TIMEOUT = `least(${LOCK_TIMEOUT_MS}, greatest(1, (extract(epoch FROM pg_catalog.current_setting('deadlock_timeout')::interval) * 200)::integer))::text`;
const STATEMENT_TIMEOUT_MS = 15_000;

/** While a statement of a batch is prepared, for that locks what it names. */
export const PREPARE_SETTINGS = `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`;

/**
 * One statement: the settings of a batch's transaction, and the fence. `synchronous_commit = off` is safe here: rows, cursor
 * and counts are one transaction, so a crash that loses the last batches loses all three and the walk does them again; and
 * the COMMIT that records the phase as done is a synchronous one, which flushes what came before. Row security off raises an error where a policy
 * would hide rows in silence. A copy spares itself the sync function; what changes values of the application's own does not.
 * `more` are settings whose values are SQL.
 */
export function batchPreamble(
  lease: Holder,
  { spareSync, more = {} }: { readonly spareSync: boolean; readonly more?: Readonly<Record<string, string>> },
): string {
  const settings = {
    lock_timeout: LOCK_TIMEOUT,
    statement_timeout: quoteLiteral(`${STATEMENT_TIMEOUT_MS}`),
    synchronous_commit: "'off'",
    row_security: "'off'",
    [BACKFILL_SETTING]: spareSync ? "'on'" : "'off'",
    ...more,
  };
  const set = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config(${quoteLiteral(name)}, ${value}, true)`,
  );
  return `SELECT ${set.join(', ')}, segue.fence(${quoteLiteral(lease.rolloutId)}, ${lease.epoch})`;
}
