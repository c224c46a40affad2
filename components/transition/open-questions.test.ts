import { describe, expect, it } from 'vitest';
import type { CheckMoment, CheckOutcome, CheckResult } from '@/lib/core/check-result';
import { knownObstacle, openQuestions } from './open-questions';

const check = (id: string, moment: CheckMoment, outcome: CheckOutcome = 'inconclusive'): CheckResult => ({
  id,
  title: id,
  moment,
  phase: 2,
  outcome,
  summary: `About ${id}.`,
  evidence: [],
  acknowledged: false,
  at: '2026-11-07T10:00:00.000Z',
});
const checks = [
  check('preflight.publications', 'entry'),
  check('standbys_replayed', 'exit'),
  check('1.exceptions_new', 'rollback'),
  check('1.agree', 'exit', 'pass'),
];
const ids = (direction: 'forward' | 'back' | null, asked: 'forward' | 'back', phase = 2) =>
  openQuestions({ checks, track: { direction } }, phase, asked).map(({ id }) => id);

describe('what a person decides before a phase moves', () => {
  it('forward is what stands at its start and its end', () => {
    expect(ids('forward', 'forward')).toEqual(['preflight.publications', 'standbys_replayed']);
    expect(ids(null, 'forward')).toEqual(['preflight.publications', 'standbys_replayed']);
    expect(ids('forward', 'forward', 3)).toEqual([]);
  });

  it('back is what would be given up, and a standby that has not replayed the way back', () => {
    expect(ids('forward', 'back')).toEqual(['1.exceptions_new']);
    expect(ids('back', 'back')).toEqual(['standbys_replayed', '1.exceptions_new']);
    expect(ids('back', 'forward')).toEqual(['preflight.publications']);
  });

  it('and what would stop it is known before the click, at rest', () => {
    const prepared = check('preflight.prepared', 'entry', 'fail');
    const at = (movingPhase: number | null, phase = 2) =>
      knownObstacle({ checks: [prepared], track: { movingPhase } }, phase);
    expect(at(null)).toBe('As it is now it would stop before it changes anything: About preflight.prepared.');
    expect(at(2)).toBeNull();
    expect(at(null, 3)).toBeNull();
  });
});
