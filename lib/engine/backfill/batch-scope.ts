import type postgres from 'postgres';
import type { BackfillWork, Step } from '@/lib/core/plan';
import { quoteLiteral } from '@/lib/core/sql-text';
import { BACKFILL_SETTING } from '@/lib/planner/sync/pair';
import type { Lease } from '../lease';

/** What every batch of a backfill works with. */
export interface BatchScope {
  readonly lease: Lease;
  readonly step: Step;
  readonly work: BackfillWork;
  /** The lane's own connection. */
  readonly sql: postgres.Sql;
  /** Rows lie on the disk in the order of the key, so taking them as they lie is taking them in key order. */
  readonly liesInKeyOrder: boolean;
}

/** How a batch goes about its rows. */
export interface BatchForm {
  /** Conversions in the form that never raises. */
  readonly safe: boolean;
  /** Locks all rows in key order before it changes the first: after a batch that met another's lock. */
  readonly ordered: boolean;
}

/** Less than a fifth of deadlock_timeout: if a batch and a client lock rows crosswise, the batch gives way, never the client. */
const LOCK_TIMEOUT_MS = 150;
const STATEMENT_TIMEOUT_MS = 15_000;

/**
 * The settings of a batch's transaction, and the fence, in one round trip. `synchronous_commit = off` is safe here: rows, cursor
 * and counts are one transaction, so a crash that loses the last batches loses all three and the walk does them again; and
 * every DDL commit after it is synchronous and flushes what came before. Row security off raises an error where a policy
 * would hide rows in silence. A copy spares itself the sync function; what changes values of the application's own does not.
 */
export function batchPreamble(lease: Lease, { spareSync }: { readonly spareSync: boolean }): string {
  return `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}; SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}; SET LOCAL synchronous_commit = off; SET LOCAL row_security = off; SET LOCAL ${BACKFILL_SETTING} = '${spareSync ? 'on' : 'off'}'; SELECT segue.fence(${quoteLiteral(lease.rolloutId)}, ${lease.epoch})`;
}
