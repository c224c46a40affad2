import { SegueError } from '@/lib/core/errors';
import type { HoldKind, HoldReason } from '@/lib/core/hold';
import type { RolloutSettings } from '@/lib/core/rollout';
import type { LoadSample } from './load-sample';

/** A hold that has begun ends below this share of its limit, so that it does not flutter around it. */
const ENDS_AT = 0.8;

/**
 * What a backfill has to wait for, each with who is to blame and the figures. `held` are the kinds that are in force already.
 * A limit of 0 is never exceeded. Pure.
 */
export function holdReasons(
  sample: LoadSample,
  settings: RolloutSettings,
  table: string,
  held: ReadonlySet<HoldKind> = new Set(),
): HoldReason[] {
  const exceeds = (kind: HoldKind, value: number, limit: number) =>
    limit > 0 && value > (held.has(kind) ? limit * ENDS_AT : limit);
  const reasons: HoldReason[] = [];
  for (const { name, lagMs, subscriber } of sample.standbys) {
    if (exceeds('replica_lag', lagMs, settings.maxReplicaLagMs))
      reasons.push({
        kind: 'replica_lag',
        culprit: name,
        message: `the ${subscriber ? 'subscriber' : 'standby'} "${name}" is ${seconds(lagMs)} behind; the limit is ${seconds(settings.maxReplicaLagMs)}.`,
      });
  }
  for (const { name, active, retainedMb } of sample.slots) {
    if (exceeds('retained_wal', retainedMb, settings.maxSlotBacklogMb))
      reasons.push({
        kind: 'retained_wal',
        culprit: name,
        message: `the replication slot "${name}" keeps ${megabytes(retainedMb)} of WAL${active ? '' : ' and nobody reads from it'}; the limit is ${megabytes(settings.maxSlotBacklogMb)}.`,
      });
  }
  const wal = sample.walMbPerSecond;
  if (wal !== null && exceeds('wal_rate', wal, settings.maxWalMbPerSecond))
    reasons.push({
      kind: 'wal_rate',
      culprit: 'this server',
      message: `the server writes ${Math.round(wal)} MB of WAL a second; the limit is ${settings.maxWalMbPerSecond} MB.`,
    });
  const [first] = sample.waiters;
  const waiting = sample.waiters.length;
  // A count: it has to fall below the limit, not below a share of it.
  if (first !== undefined && settings.maxLockWaiters > 0 && waiting >= settings.maxLockWaiters)
    reasons.push({
      kind: 'lock_waits',
      culprit: table,
      message: `${waiting} ${waiting === 1 ? 'session waits' : 'sessions wait'} for a lock on ${table}, first pid ${first.pid} of ${first.user}; the limit is ${settings.maxLockWaiters}.`,
      evidence: sample.waiters.slice(0, 10).map((waiter) => ({ ...waiter })),
    });
  const { vacuum } = sample;
  if (vacuum !== null && vacuum.minutes < settings.maxVacuumMinutes)
    reasons.push({
      kind: 'autovacuum',
      culprit: `pid ${vacuum.pid}`,
      message: `${vacuum.automatic === true ? 'an autovacuum' : 'a vacuum'} works on ${table} (pid ${vacuum.pid}); it is given ${settings.maxVacuumMinutes} minutes.`,
    });
  if (sample.deadPercent !== null && exceeds('dead_tuples', sample.deadPercent, settings.maxDeadPercent))
    reasons.push({
      kind: 'dead_tuples',
      culprit: table,
      message: `${Math.round(sample.deadPercent)} % of ${table} are dead rows; the limit is ${settings.maxDeadPercent} %. ${sample.lastVacuum === null ? 'It was never vacuumed.' : `Last vacuumed ${sample.lastVacuum}.`}`,
    });
  if (exceeds('latency', sample.probeMs, settings.maxProbeMs))
    reasons.push({
      kind: 'latency',
      culprit: table,
      message: `reading one row of ${table} takes ${Math.round(sample.probeMs)} ms; the limit is ${settings.maxProbeMs} ms.`,
    });
  return reasons;
}

/** A slot that keeps more WAL than `limitMb`; 0 is never exceeded. `then` is what a retry does. Pure. */
export function retainedTooMuch(
  slots: LoadSample['slots'],
  limitMb: number,
  then: string,
): SegueError | null {
  const [slot] = [...slots].sort((one, other) => other.retainedMb - one.retainedMb);
  if (slot === undefined || limitMb === 0 || slot.retainedMb <= limitMb) return null;
  const how = slot.active ? 'See why its reader is slow' : 'Start its reader or drop the slot';
  return new SegueError(
    'limit_reached',
    `The replication slot "${slot.name}" keeps ${megabytes(slot.retainedMb)} of WAL, more than ${megabytes(limitMb)}.`,
    {
      object: slot.name,
      next: `${how}, or raise the limit in the settings; then retry: ${then}.`,
      evidence: { ...slot },
    },
  );
}

/** Limits past which waiting does not help: a person has to decide. Null while none is passed. Pure. */
export function stopReason(sample: LoadSample, settings: RolloutSettings, table: string): SegueError | null {
  const retained = retainedTooMuch(
    sample.slots,
    settings.stopRetainedWalMb,
    'the backfill goes on from its cursors',
  );
  if (retained !== null) return retained;
  const growth = sample.growthPercent;
  if (growth !== null && settings.stopGrowthPercent > 0 && growth > settings.stopGrowthPercent)
    return new SegueError(
      'limit_reached',
      `"${table}" has grown by ${Math.round(growth)} % since the copying began, more than ${settings.stopGrowthPercent} %.`,
      {
        object: table,
        next: 'Look for a long transaction or a slot that keeps vacuum from clearing dead rows, or raise the limit in the settings; then retry: the backfill goes on from its cursors.',
        evidence: { growthPercent: Math.round(growth) },
      },
    );
  return null;
}

const seconds = (ms: number) => `${Number((ms / 1000).toFixed(1))} s`;
const megabytes = (mb: number) => `${Math.round(mb).toLocaleString('en')} MB`;
