import type { Hold } from '@/lib/core/hold';
import type { Target } from './target';

/** A COMMIT that a standby answers in its usual time is not worth a word. */
const SHOWN_FROM_SECONDS = 1;

interface Row {
  readonly names: string;
  readonly since: Date;
  readonly others: number;
}

/**
 * The wait of a COMMIT for a synchronous standby, as a hold; null while there is none. No timeout ends such a wait: what is
 * committed is committed here, and PostgreSQL tells it only when a standby has it too. The applications' COMMITs wait alike.
 * Without a rollout, of any session of this role. Reads only, so it waits for nobody itself.
 */
export async function readCommitWait(
  { sql }: Pick<Target, 'sql'>,
  rolloutId: string | null,
): Promise<Hold | null> {
  const sessions = rolloutId === null ? '%' : `segue ${rolloutId} %`;
  const [row] = await sql<Row[]>`
    SELECT current_setting('synchronous_standby_names') AS names, min(query_start) AS since,
      (SELECT count(*)::integer FROM pg_stat_activity WHERE wait_event = 'SyncRep') AS others
    FROM pg_stat_activity
    WHERE wait_event = 'SyncRep' AND usename = current_user AND datname = current_database() AND application_name LIKE ${sessions}
    HAVING min(query_start) < clock_timestamp() - ${SHOWN_FROM_SECONDS} * interval '1 second'`;
  if (row === undefined) return null;
  return {
    kind: 'standby',
    culprit: row.names,
    message: `COMMIT waits for a synchronous standby (synchronous_standby_names is "${row.names}"), and none answers. Every session that commits waits like this, your application’s too. Start the standby; or let an administrator run ALTER SYSTEM SET synchronous_standby_names = '' and SELECT pg_reload_conf().`,
    evidence: [{ waiting_sessions: row.others }],
    stepId: null,
    since: row.since.toISOString(),
    attempts: 1,
  };
}

const LOOK_MS = 2000;

/** Tells of each such wait of a rollout once, for as long as it is not stopped. What it returns stops it. */
export function watchCommitWaits(
  target: Target,
  rolloutId: string,
  tell: (hold: Hold) => Promise<void>,
): () => void {
  let told = false;
  let looking = false;
  const look = async (): Promise<void> => {
    const hold = await readCommitWait(target, rolloutId);
    if (hold !== null && !told) await tell(hold);
    told = hold !== null;
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      // A connection that failed: the lease finds that out, and it is the lease's to say.
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  }, LOOK_MS);
  return () => clearInterval(timer);
}
