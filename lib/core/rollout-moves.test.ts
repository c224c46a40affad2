import { describe, expect, it } from 'vitest';
import { ACTIVITIES, type Activity } from './rollout';
import { arrival, nextActivity, ROLLOUT_MOVES, type RolloutEvent, requestedPhase } from './rollout-moves';

/** What each event makes of each activity; null: refused. In the order of ACTIVITIES: idle, running, pausing, paused, held, failed. */
const EXPECTED: Record<RolloutEvent, readonly (Activity | null)[]> = {
  advance: ['running', null, null, 'running', null, 'running'],
  roll_back: ['running', 'running', 'running', 'running', 'running', 'running'],
  pause: [null, 'pausing', null, null, 'pausing', null],
  paused: [null, null, 'paused', null, null, null],
  resume: [null, null, 'running', 'running', null, null],
  hold: [null, 'held', null, null, null, null],
  go_on: [null, null, null, null, 'running', null],
  failed: [null, 'failed', 'failed', null, 'failed', null],
  completed: [null, 'idle', 'idle', null, 'idle', null],
  abandon: ['idle', null, null, null, null, null],
};

const events = Object.keys(EXPECTED) as RolloutEvent[];

describe('ROLLOUT_MOVES', () => {
  it.each(events)('%s leads where the table says, from every activity', (event) => {
    expect(ACTIVITIES.map((activity) => nextActivity(activity, event))).toEqual(EXPECTED[event]);
  });

  it('has one sentence for every arrow', () => {
    for (const rule of Object.values(ROLLOUT_MOVES).flat()) expect(rule.because).toMatch(/^[A-Z].*\.$/);
  });

  it('never has two rows for one event and activity', () => {
    for (const rules of Object.values(ROLLOUT_MOVES)) {
      const from = rules.flatMap((rule) => rule.from);
      expect(new Set(from).size).toBe(from.length);
    }
  });

  it('lets a rollback start from every activity, so that there is always a way out', () => {
    for (const activity of ACTIVITIES) expect(nextActivity(activity, 'roll_back')).toBe('running');
  });
});

describe('requestedPhase', () => {
  it('is the next phase forward and the last completed one back', () => {
    expect(requestedPhase({ position: 0, movingPhase: null, phaseCount: 5 }, 'forward')).toBe(1);
    expect(requestedPhase({ position: 2, movingPhase: null, phaseCount: 5 }, 'forward')).toBe(3);
    expect(requestedPhase({ position: 2, movingPhase: null, phaseCount: 5 }, 'back')).toBe(2);
  });

  it('is null at the ends', () => {
    expect(requestedPhase({ position: 5, movingPhase: null, phaseCount: 5 }, 'forward')).toBeNull();
    expect(requestedPhase({ position: 0, movingPhase: null, phaseCount: 5 }, 'back')).toBeNull();
  });

  it('stays on the phase of an open move in both directions', () => {
    expect(requestedPhase({ position: 1, movingPhase: 2, phaseCount: 5 }, 'forward')).toBe(2);
    expect(requestedPhase({ position: 1, movingPhase: 2, phaseCount: 5 }, 'back')).toBe(2);
  });
});

describe('arrival', () => {
  it('ends after the phase forward and before it back', () => {
    expect(arrival(3, 'forward')).toBe(3);
    expect(arrival(3, 'back')).toBe(2);
  });
});
