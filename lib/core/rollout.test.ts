import { describe, expect, it } from 'vitest';
import type { PhaseKind } from './plan';
import type { Activity, Direction, RolloutStatus } from './rollout';
import { statusOf } from './rollout';

const kinds: readonly PhaseKind[] = ['expand', 'dual_write', 'switch', 'contract', 'purge'];
const plan = { phases: kinds.map((kind) => ({ kind })) } as unknown as Parameters<typeof statusOf>[0]['plan'];

type Row = readonly [number, Direction | null, Activity, 'done' | 'abandoned' | null, RolloutStatus];

const TABLE: readonly Row[] = [
  [0, null, 'idle', null, 'not_started'],
  [1, null, 'idle', null, 'ready'],
  [2, null, 'idle', null, 'ready'],
  [3, null, 'idle', null, 'ready'],
  [4, null, 'idle', null, 'retired'],
  [5, null, 'idle', 'done', 'done'],
  [0, null, 'idle', 'abandoned', 'abandoned'],
  [0, 'forward', 'running', null, 'running'],
  [1, 'forward', 'running', null, 'running'],
  [2, 'back', 'running', null, 'rolling_back'],
  [1, 'forward', 'pausing', null, 'pausing'],
  [1, 'forward', 'paused', null, 'paused'],
  [1, 'forward', 'held', null, 'held'],
  [1, 'forward', 'failed', null, 'failed'],
  [2, 'back', 'failed', null, 'failed'],
  [2, 'back', 'paused', null, 'paused'],
];

describe('statusOf', () => {
  it.each(TABLE)('position %i, %s, %s, %s reads as %5$s', (position, direction, activity, ended, status) => {
    expect(statusOf({ position, direction, activity, ended, plan })).toBe(status);
  });

  it('calls a plan that ends with contract done, not retired, once it has ended', () => {
    const short = { phases: kinds.slice(1, 4).map((kind) => ({ kind })) } as unknown as typeof plan;
    expect(statusOf({ position: 3, direction: null, activity: 'idle', ended: 'done', plan: short })).toBe(
      'done',
    );
  });
});
