import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type RolloutSettings } from '@/lib/core/rollout';
import { holdReasons, stopReason } from './hold-reasons';
import type { LoadSample } from './load-sample';

const CALM: LoadSample = {
  standbys: [{ name: 'replica1', lagMs: 40, subscriber: false }],
  slots: [{ name: 'slot1', active: true, retainedMb: 16 }],
  walMbPerSecond: 20,
  waiters: [],
  vacuum: null,
  deadPercent: 10,
  lastVacuum: null,
  probeMs: 2,
  growthPercent: 5,
  unseen: [],
};
const ALL: RolloutSettings = {
  ...DEFAULT_SETTINGS,
  maxReplicaLagMs: 5000,
  maxSlotBacklogMb: 1000,
  maxWalMbPerSecond: 50,
  maxLockWaiters: 2,
  maxVacuumMinutes: 10,
  maxDeadPercent: 40,
  maxProbeMs: 100,
};
const waiter = { pid: 7, user: 'app', application: 'web' };

describe('holdReasons', () => {
  it('has none while all is calm', () => {
    expect(holdReasons(CALM, ALL, 'public.items')).toEqual([]);
  });

  const CASES: readonly (readonly [string, Partial<LoadSample>, string, RegExp])[] = [
    [
      'replica_lag',
      {
        standbys: [
          CALM.standbys[0] ?? { name: '', lagMs: 0, subscriber: false },
          { name: 'replica2', lagMs: 12_340, subscriber: false },
        ],
      },
      'replica2',
      /^the standby "replica2" is 12\.3 s behind; the limit is 5 s\.$/,
    ],
    [
      'replica_lag',
      { standbys: [{ name: 'reports', lagMs: 9000, subscriber: true }] },
      'reports',
      /^the subscriber "reports" is 9 s behind; the limit is 5 s\.$/,
    ],
    [
      'retained_wal',
      { slots: [{ name: 'old', active: false, retainedMb: 2100 }] },
      'old',
      /keeps 2,100 MB of WAL and nobody reads from it; the limit is 1,000 MB/,
    ],
    ['wal_rate', { walMbPerSecond: 61 }, 'this server', /61 MB of WAL a second; the limit is 50/],
    ['lock_waits', { waiters: [waiter, waiter] }, 'public.items', /2 sessions wait .* first pid 7 of app/],
    ['autovacuum', { vacuum: { pid: 9, automatic: true, minutes: 3 } }, 'pid 9', /an autovacuum works/],
    [
      'dead_tuples',
      { deadPercent: 55 },
      'public.items',
      /55 % of public\.items are dead rows.*never vacuumed/,
    ],
    ['latency', { probeMs: 250 }, 'public.items', /takes 250 ms; the limit is 100 ms/],
  ];
  it.each(CASES)('%s: names the culprit and the figures', (kind, change, culprit, message) => {
    const reasons = holdReasons({ ...CALM, ...change }, ALL, 'public.items');
    expect(reasons).toMatchObject([{ kind, culprit, message: expect.stringMatching(message) }]);
  });

  it('looks at nothing whose limit is 0', () => {
    const none = Object.fromEntries(Object.keys(ALL).map((key) => [key, 0])) as unknown as RolloutSettings;
    const worst = Object.assign({}, CALM, ...CASES.map(([, change]) => change)) as LoadSample;
    expect(holdReasons(worst, none, 'public.items')).toEqual([]);
    expect(stopReason(worst, none, 'public.items')).toBeNull();
  });

  it('ends a hold only well below its limit, and a vacuum’s with its time', () => {
    const near = { ...CALM, probeMs: 90 };
    expect(holdReasons(near, ALL, 'public.items')).toEqual([]);
    expect(holdReasons(near, ALL, 'public.items', new Set(['latency']))).toHaveLength(1);
    expect(holdReasons({ ...CALM, probeMs: 79 }, ALL, 'public.items', new Set(['latency']))).toEqual([]);
    const vacuum = { pid: 9, automatic: false, minutes: 10 };
    expect(holdReasons({ ...CALM, vacuum }, ALL, 'public.items', new Set(['autovacuum']))).toEqual([]);
  });
});

describe('stopReason', () => {
  it('stops where waiting does not help, and says what to do', () => {
    expect(stopReason(CALM, ALL, 'public.items')).toBeNull();
    const slot = { name: 'lost', active: false, retainedMb: 30_000 };
    expect(stopReason({ ...CALM, slots: [slot] }, ALL, 'public.items')).toMatchObject({
      code: 'limit_reached',
      object: 'lost',
      next: expect.stringContaining('drop the slot'),
    });
    expect(stopReason({ ...CALM, growthPercent: 301 }, ALL, 'public.items')).toMatchObject({
      code: 'limit_reached',
      message: '"public.items" has grown by 301 % since the copying began, more than 300 %.',
    });
  });
});
