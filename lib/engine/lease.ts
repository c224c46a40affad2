import { setMaxListeners } from 'node:events';
import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import { answered, SHORT_WORK_MS } from './answered';
import { isConnectionError, openTarget, type Target } from './target';

/** A lease without a heartbeat for this long belongs to nobody: its holder is taken for dead. */
const LEASE_TTL_MS = 5000;
const HEARTBEAT_MS = 1000;
/** Sooner where none of its sessions is left on the server: a process that was killed takes its connections with it. */
const SESSIONLESS_MS = 2000;
/** A holder that has just died may still be seen: it is looked again after at most so long. */
const LOOK_AGAIN_MS = 1000;

/**
 * The right to change one rollout. Every transaction of the engine checks the epoch (segue.fence), so a holder that was
 * stopped and goes on after a take-over can commit nothing.
 */
export interface Lease {
  readonly rolloutId: string;
  readonly epoch: bigint;
  /** Work on this session only: it ends with the lease and never reconnects by itself. */
  readonly session: Target;
  /** Aborts when the lease is lost, for whatever reason. */
  readonly lost: AbortSignal;
  /** Throws `lease_lost`. Call before anything that is no fenced transaction. */
  assertHeld(): void;
  /** The work on it failed with its connection: nothing more is done under this lease. */
  giveUp(): void;
  release(): Promise<void>;
}

/**
 * What a lease's own statements ask for in their WHERE: they do not wait for a synchronous standby, or a holder whose COMMIT
 * waits for one would be taken for dead. Of this server's own log they are as sure as any.
 */
const notWaiting = (sql: postgres.ISql) => sql`set_config('synchronous_commit', 'local', true) = 'local'`;

const sessionName = (rolloutId: string, epoch: bigint | string) => `segue ${rolloutId} ${epoch}`;

/** Takes the lease, or returns how long to wait for its holder. A dead holder's sessions are ended first. */
export async function takeLease(
  target: Target,
  rolloutId: string,
  owner: string,
): Promise<Lease | { readonly retryInMs: number }> {
  // Each by itself: a lease that came late, after we had given up, would be kept alive by nobody's work.
  const [present] = await answered(
    target,
    SHORT_WORK_MS,
    target.sql<{ epoch: string; held: boolean; alive: boolean; left: number; version: number }[]>`
    SELECT epoch, current_setting('server_version_num')::integer AS version, owner IS NOT NULL AS held,
      -- One far in the future is of a clock that was put back, not of a holder that lives.
      owner IS NOT NULL AND left_ms > 0 AND left_ms <= ${2 * LEASE_TTL_MS}::integer AS alive, left_ms AS left
    FROM segue.leases, LATERAL (SELECT (extract(epoch FROM heartbeat_at - clock_timestamp()) * 1000 + CASE WHEN EXISTS (
        SELECT 1 FROM pg_stat_activity WHERE application_name = 'segue ' || rollout_id || ' ' || epoch AND datname = current_database()
      ) THEN ${LEASE_TTL_MS}::integer ELSE ${SESSIONLESS_MS}::integer END)::double precision AS left_ms) AS lives
    WHERE rollout_id = ${rolloutId}`,
  );
  if (present === undefined)
    throw new SegueError('not_found', `This database knows no rollout ${rolloutId}.`, {
      object: rolloutId,
      next: 'Check the database.',
    });
  if (present.alive) return { retryInMs: Math.max(100, Math.min(present.left + 100, LOOK_AGAIN_MS)) };
  await answered(target, SHORT_WORK_MS, endSessions(target, sessionName(rolloutId, present.epoch)));
  const epoch = await answered(
    target,
    SHORT_WORK_MS,
    claimEpoch(target, rolloutId, owner, BigInt(present.epoch)),
  );
  if (epoch === null) return { retryInMs: 500 };
  // A holder that was only slow may have opened another session in between, for a statement that no fence can stop.
  if (present.held)
    await answered(target, SHORT_WORK_MS, endSessions(target, sessionName(rolloutId, present.epoch)));
  return holdLease(target, rolloutId, epoch, unbounded(present.version));
}

/**
 * An index build and a validation are one transaction each, however long they take. Where a role or the server bounds those
 * (transaction_timeout, since 17), that would end the session, again at each try.
 */
const unbounded = (version: number): Record<string, string> =>
  version >= 170_000 ? { transaction_timeout: '0' } : {};

/**
 * One more session under the lease's name, which ends with the lease: whoever waits on it for an answer would else wait as long as the
 * network keeps silent. Whoever opens it closes it.
 */
export function openUnder(lease: Lease): Target {
  const target = openTarget({ ...lease.session.options, max: 1, onClose: undefined });
  const end = () => void target.close(0);
  if (lease.lost.aborted) end();
  lease.lost.addEventListener('abort', end, { once: true });
  return {
    ...target,
    close: async (graceSeconds) => {
      lease.lost.removeEventListener('abort', end);
      await target.close(lease.lost.aborted ? 0 : graceSeconds);
    },
  };
}

async function endSessions(target: Target, name: string): Promise<void> {
  // Statements of the old session end here, index builds included; whoever lost the lease finds its connection gone.
  await target.sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = ${name} AND datname = current_database() AND pid <> pg_backend_pid()`;
  for (let waited = 0; waited < 50; waited += 1) {
    const [row] = await target.sql<
      { left: number }[]
    >`SELECT count(*)::integer AS left FROM pg_stat_activity WHERE application_name = ${name} AND datname = current_database()`;
    if ((row?.left ?? 0) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new SegueError('lease_held', 'The session of a worker that died has not ended yet.', {
    object: name,
    next: 'Wait a moment, then try again.',
  });
}

async function claimEpoch(
  target: Target,
  rolloutId: string,
  owner: string,
  before: bigint,
): Promise<bigint | null> {
  return target.sql.begin(async (tx) => {
    // FOR UPDATE waits for every fenced transaction in flight: they hold FOR KEY SHARE on this row.
    await tx`SELECT 1 FROM segue.leases WHERE rollout_id = ${rolloutId} FOR UPDATE`;
    const [row] = await tx<{ epoch: string }[]>`
      UPDATE segue.leases SET epoch = epoch + 1, owner = ${owner}, heartbeat_at = clock_timestamp()
      WHERE rollout_id = ${rolloutId} AND epoch = ${before.toString()} AND ${notWaiting(tx)} RETURNING epoch`;
    return row === undefined ? null : BigInt(row.epoch);
  });
}

/** Far more than wait at once; a leak would still be told. */
const MOST_WAITERS = 200;

function holdLease(
  target: Target,
  rolloutId: string,
  epoch: bigint,
  settings: Record<string, string>,
): Lease {
  const controller = new AbortController();
  // Every lane, throttle and watched statement waits on it; the default of ten would put a warning on stderr.
  setMaxListeners(MOST_WAITERS, controller.signal);
  let releasing = false;
  const onClose = () => {
    if (!releasing) lose('its connection ended');
  };
  const options = { ...target.options, applicationName: sessionName(rolloutId, epoch), onClose, settings };
  const session = openTarget({ ...options, max: 2 });
  // Apart from the work, which may keep the session busy for longer than a lease lives.
  const pulse = openTarget({ ...options, max: 1 });
  const lose = (why: string) => {
    if (controller.signal.aborted) return;
    controller.abort(
      new SegueError('lease_lost', `The lease of the rollout was lost: ${why}.`, {
        object: rolloutId,
        next: 'Another worker goes on with it.',
      }),
    );
    // Whatever still waits for an answer would wait as long as the network keeps silent: up to a quarter of an hour.
    void session.close(0);
    void pulse.close(0);
  };
  let answeredAt = performance.now();
  const beat = setInterval(() => {
    if (performance.now() - answeredAt > LEASE_TTL_MS) lose('its heartbeat got no answer');
    if (controller.signal.aborted) return;
    pulse.sql<
      { epoch: string }[]
    >`UPDATE segue.leases SET heartbeat_at = clock_timestamp() WHERE rollout_id = ${rolloutId} AND epoch = ${epoch.toString()} AND ${notWaiting(pulse.sql)} RETURNING epoch`.then(
      (rows) => {
        answeredAt = performance.now();
        if (rows.length === 0) lose('another worker took it');
      },
      () => lose('its heartbeat failed'),
    );
  }, HEARTBEAT_MS);
  return {
    rolloutId,
    epoch,
    session,
    lost: controller.signal,
    assertHeld: () => controller.signal.throwIfAborted(),
    giveUp: () => lose('its connection failed'),
    release: async () => {
      releasing = true;
      clearInterval(beat);
      // With the lease lost there is nothing to wait for; a connection that was cut would hold us up.
      const graceSeconds = controller.signal.aborted ? 0 : undefined;
      await Promise.all([session.close(graceSeconds), pulse.close(graceSeconds)]);
      try {
        await answered(
          target,
          LEASE_TTL_MS,
          target.sql`UPDATE segue.leases SET owner = NULL WHERE rollout_id = ${rolloutId} AND epoch = ${epoch.toString()} AND ${notWaiting(target.sql)}`,
        );
      } catch (error) {
        // The lease then ends by itself; how the move came out must not be hidden behind this.
        if (!isConnectionError(error)) throw error;
      }
    },
  };
}
