import { describe, expect, it } from 'vitest';
import { ACTIONS, type Action, type ActionContext, type Actor, availableActions } from './available-actions';
import { PHASE_KINDS } from './plan';

const actor: Actor = { id: 'a', name: 'Ada', via: 'web' };

const phases = PHASE_KINDS.map((kind, index) => ({ number: index + 1, kind, lossless: kind !== 'purge' }));

const atRest: ActionContext = {
  position: 1,
  phases,
  direction: null,
  movingPhase: null,
  activity: 'idle',
  ended: null,
  approval: 'valid',
  drift: false,
  databaseReachable: true,
  managedElsewhere: false,
  retainedUntil: null,
  now: '2026-01-01T00:00:00.000Z',
};

const running: Partial<ActionContext> = { direction: 'forward', movingPhase: 2, activity: 'running' };
const back: Partial<ActionContext> = { direction: 'back', movingPhase: 2, position: 2, activity: 'running' };

/** The acts that are allowed in each state, in the order of ACTIONS. */
const TABLE: readonly (readonly [string, Partial<ActionContext>, readonly Action[]])[] = [
  [
    'a draft without approval',
    { position: 0, approval: 'missing' },
    ['edit', 'approve', 'abandon', 'duplicate', 'change_settings'],
  ],
  ['an approved draft', { position: 0 }, ['edit', 'advance', 'abandon', 'duplicate', 'change_settings']],
  [
    'at rest after a phase',
    {},
    ['advance', 'roll_back', 'leave', 'hand_over', 'duplicate', 'change_settings'],
  ],
  [
    'at rest after a drift',
    { drift: true },
    ['approve', 'roll_back', 'leave', 'hand_over', 'duplicate', 'change_settings'],
  ],
  [
    'with an approval that is void',
    { approval: 'void' },
    ['approve', 'roll_back', 'leave', 'hand_over', 'duplicate', 'change_settings'],
  ],
  ['running forward', running, ['roll_back', 'pause', 'duplicate', 'change_settings']],
  ['pausing', { ...running, activity: 'pausing' }, ['roll_back', 'resume', 'duplicate', 'change_settings']],
  [
    'paused',
    { ...running, activity: 'paused' },
    ['advance', 'roll_back', 'resume', 'leave', 'hand_over', 'duplicate', 'change_settings'],
  ],
  ['held', { ...running, activity: 'held' }, ['roll_back', 'pause', 'duplicate', 'change_settings']],
  [
    'failed forward',
    { ...running, activity: 'failed' },
    ['advance', 'roll_back', 'leave', 'hand_over', 'duplicate', 'change_settings'],
  ],
  ['rolling back', back, ['pause', 'duplicate', 'change_settings']],
  [
    'failed on the way back',
    { ...back, activity: 'failed' },
    ['advance', 'roll_back', 'leave', 'hand_over', 'duplicate', 'change_settings'],
  ],
  [
    'paused on the way back',
    { ...back, activity: 'paused' },
    ['advance', 'roll_back', 'resume', 'leave', 'hand_over', 'duplicate', 'change_settings'],
  ],
  [
    'retired, within its retention time',
    { position: 4, retainedUntil: '2026-01-08T00:00:00.000Z' },
    ['roll_back', 'leave', 'hand_over', 'duplicate', 'change_settings'],
  ],
  [
    'retired, after its retention time',
    { position: 4, retainedUntil: '2025-12-31T00:00:00.000Z' },
    ['advance', 'roll_back', 'leave', 'hand_over', 'duplicate', 'change_settings'],
  ],
  [
    'deleting',
    { position: 4, direction: 'forward', movingPhase: 5, activity: 'running' },
    ['pause', 'duplicate', 'change_settings'],
  ],
  ['done', { position: 5, ended: 'done' }, ['duplicate']],
  ['abandoned', { position: 0, ended: 'abandoned' }, ['duplicate']],
  ['unreachable', { databaseReachable: false }, ['duplicate', 'change_settings']],
  ['managed from elsewhere', { managedElsewhere: true }, ['take_over', 'duplicate', 'change_settings']],
];

const act = (context: Partial<ActionContext>, action: Action) => {
  const found = availableActions({ ...atRest, ...context }, actor).find((each) => each.action === action);
  if (found === undefined) throw new Error(`no ${action}`);
  return found;
};

describe('availableActions', () => {
  it.each(TABLE)('%s', (_, context, allowed) => {
    const actions = availableActions({ ...atRest, ...context }, actor);
    expect(actions.map((each) => each.action)).toEqual([...ACTIONS]);
    // Acts on other people's sessions do not depend on where the rollout stands: see below.
    const own = actions.filter((each) => each.allowed && !each.action.endsWith('_blocker'));
    expect(own.map((each) => each.action)).toEqual(allowed);
  });

  it('gives every refusal a reason in a sentence, and no reason to what is allowed', () => {
    for (const [, context] of TABLE)
      for (const each of availableActions({ ...atRest, ...context }, actor)) {
        if (each.allowed) expect(each.reason).toBeNull();
        else expect(each.reason).toMatch(/^[A-Z].*\.$/);
      }
  });

  it.each(['cancel_blocker', 'terminate_blocker'] as const)(
    '%s is for whoever may move the rollout, until it has ended',
    (action) => {
      expect(act({}, action).allowed).toBe(true);
      expect(act({ ...running, activity: 'held' }, action).allowed).toBe(true);
      expect(act({ databaseReachable: false }, action).allowed).toBe(false);
      expect(act({ managedElsewhere: true }, action).allowed).toBe(false);
      expect(act({ ended: 'done' }, action).allowed).toBe(false);
    },
  );

  it('names the phase on the buttons', () => {
    expect(act({}, 'advance').label).toBe('Start Sync');
    expect(act({}, 'roll_back').label).toBe('Roll back Add');
    expect(act({ ...running, activity: 'failed' }, 'advance').label).toBe('Retry Sync');
    expect(act({ ...running, activity: 'failed' }, 'roll_back').label).toBe('Roll back Sync');
    expect(act({ ...back, activity: 'failed' }, 'roll_back').label).toBe('Retry roll back of Sync');
    expect(act({ ...back, activity: 'failed' }, 'advance').label).toBe('Do Sync again');
    expect(act({ approval: 'void' }, 'approve').label).toBe('Approve again');
  });

  it('says why it waits', () => {
    expect(act({ position: 0, approval: 'missing' }, 'advance').reason).toBe('The plan is not approved yet.');
    expect(act({ drift: true }, 'advance').reason).toMatch(/schema changed/);
    expect(act({ position: 4, retainedUntil: '2026-01-08T09:30:00.000Z' }, 'advance').reason).toBe(
      'The retired column is kept until 2026-01-08 09:30 UTC.',
    );
    expect(act({ position: 5 }, 'advance').reason).toBe('Every phase is done.');
    expect(act({ position: 5 }, 'roll_back').reason).toBe('Deleted columns cannot be brought back.');
    expect(act({ position: 0 }, 'roll_back').reason).toBe('Nothing has been done yet.');
  });
});
