import { describe, expect, it } from 'vitest';
import { ACTIONS, type Action } from '@/lib/core/available-actions';
import type { TransitionLive } from '@/lib/views/transition-view';
import { primaryAction, whyNot } from './primary-action';

function live(status: TransitionLive['status'], allowed: readonly Action[]) {
  return {
    status,
    actions: ACTIONS.map((action) => ({
      action,
      allowed: allowed.includes(action),
      label: action,
      reason: allowed.includes(action) ? null : `not ${action}`,
    })),
  };
}

describe('primaryAction', () => {
  it('is one: approval before advance, resume while paused', () => {
    expect(primaryAction(live('not_started', ['approve', 'edit']))?.action).toBe('approve');
    expect(primaryAction(live('ready', ['advance', 'roll_back']))?.action).toBe('advance');
    expect(primaryAction(live('paused', ['resume', 'advance']))?.action).toBe('resume');
    expect(primaryAction(live('failed', ['advance', 'roll_back']))?.action).toBe('advance');
  });

  it('is none while the machine works', () => {
    expect(primaryAction(live('running', ['pause', 'roll_back']))).toBeNull();
    expect(whyNot(live('running', ['pause']))).toBeNull();
  });

  it('gives the reason where a person could expect one', () => {
    expect(whyNot(live('retired', ['roll_back']))).toBe('not advance');
    expect(whyNot(live('done', []))).toBeNull();
    expect(whyNot(live('ready', ['advance']))).toBeNull();
  });
});
