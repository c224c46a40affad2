/** A transaction that stands in Segue's way, or would. Flat, so that it can be shown as evidence. */
export interface Blocker {
  /** null: a prepared transaction, which has no session. */
  readonly pid: number | null;
  readonly kind: 'session' | 'autovacuum' | 'wraparound' | 'replication' | 'prepared' | 'segue' | 'other';
  readonly user: string;
  readonly application: string;
  readonly client: string | null;
  /** Age of its transaction; null where the connected role may not see other roles' sessions (pg_read_all_stats). */
  readonly ageSeconds: number | null;
  readonly state: string;
  readonly query: string;
  /** What it holds: "SHARE UPDATE EXCLUSIVE on public.orders"; empty where it holds no lock on one of the tables. */
  readonly holds: string;
  /** True: a session of Segue's own waits for it at this moment. */
  readonly blocksNow: boolean;
  /** With pid and transactionStart this names one transaction: pids are used again. */
  readonly backendStart: string | null;
  readonly transactionStart: string | null;
}

/** What a person may do to a blocker, mildest first. */
export type BlockerAct = 'cancel' | 'terminate';

/** Younger transactions come and go: only who is waited for now, or has held a table for longer, is worth a line. */
const SHOWN_FROM_SECONDS = 2;

/** Whether a blocker is worth a line on the page. Between two attempts of Segue's nobody is waited for. */
export function isWorthALine({ blocksNow, ageSeconds }: Pick<Blocker, 'blocksNow' | 'ageSeconds'>): boolean {
  return blocksNow || (ageSeconds ?? 0) >= SHOWN_FROM_SECONDS;
}

/** Why a blocker cannot be ended from here; null: a person may. The server decides again just before the act. */
export function refuseToEnd(blocker: Blocker): string | null {
  switch (blocker.kind) {
    case 'session':
      if (blocker.backendStart === null || blocker.transactionStart === null)
        return 'Segue’s role may not see it (GRANT pg_read_all_stats), so it cannot be told from another one.';
      return null;
    case 'autovacuum':
      return 'An autovacuum gives way by itself within a second or two.';
    case 'wraparound':
      return 'It prevents transaction id wraparound; PostgreSQL needs it. Wait until it is done.';
    case 'replication':
      return 'It serves a standby or subscriber.';
    case 'prepared':
      return 'It is a prepared transaction: whoever prepared it must COMMIT PREPARED or ROLLBACK PREPARED.';
    case 'segue':
      return 'It is Segue itself, with another transition.';
    case 'other':
      return 'It is a process of PostgreSQL itself.';
  }
}

/** True where cancelling does something: a session that waits for its client has no query to cancel. */
export function hasQueryToCancel(blocker: Pick<Blocker, 'state'>): boolean {
  return blocker.state === 'active';
}

/** "pid 4711 of app (reports), 12 min, idle in transaction". */
export function blockerInWords(blocker: Blocker): string {
  const age = blocker.ageSeconds === null ? 'age not shown' : ageInWords(blocker.ageSeconds);
  if (blocker.kind === 'prepared') return `prepared transaction ${blocker.application}, ${age}`;
  const who = blocker.kind === 'wraparound' ? 'autovacuum against wraparound' : blocker.user;
  const application = blocker.application === '' ? '' : ` (${blocker.application})`;
  return `pid ${blocker.pid}${who === '' ? '' : ` of ${who}`}${application}, ${age}, ${blocker.state}`;
}

/** So many are named one by one; of the others there is a number. */
export const NAMED_BLOCKERS = 10;

/** The first of them, and how many more there are. '' where there is none. */
export function blockersInWords([first, ...others]: readonly Blocker[]): string {
  if (first === undefined) return '';
  return `${blockerInWords(first)}${others.length === 0 ? '' : `, and ${others.length} more`}`;
}

/** As evidence of a hold, a check or an error. */
export function blockersAsEvidence(
  blockers: readonly Blocker[],
): Record<keyof Blocker, Blocker[keyof Blocker]>[] {
  return blockers.slice(0, NAMED_BLOCKERS).map((blocker) => ({ ...blocker }));
}

/** "8 s", "12 min", "3 h". */
export function ageInWords(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
