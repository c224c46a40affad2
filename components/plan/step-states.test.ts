import { describe, expect, it } from 'vitest';
import { stepStates } from './step-states';

const phase = { number: 2, steps: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] };
const rest = { position: 1, movingPhase: null, direction: null, currentStep: null };

describe('stepStates', () => {
  it('follows the position at rest', () => {
    expect(stepStates(phase, null)).toEqual(['open', 'open', 'open']);
    expect(stepStates(phase, rest)).toEqual(['open', 'open', 'open']);
    expect(stepStates(phase, { ...rest, position: 2 })).toEqual(['done', 'done', 'done']);
  });

  it('follows the step in hand while the phase moves', () => {
    const moving = { ...rest, movingPhase: 2, currentStep: 'b' };
    expect(stepStates(phase, { ...moving, direction: 'forward' })).toEqual(['done', 'running', 'open']);
    expect(stepStates(phase, { ...moving, direction: 'back' })).toEqual(['open', 'running', 'open']);
  });
});
