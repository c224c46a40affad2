import { describe, expect, it } from 'vitest';
import type { Phase, PhaseKind, Plan, Step } from '@/lib/core/plan';
import type { TrackView } from '@/lib/views/transition-view';
import { renamePlan } from '@/test/rename-plan';
import {
  advanceConsequence,
  confirmationFor,
  nameToType,
  pauseConsequence,
  resumeConsequence,
  rollBackConsequence,
} from './consequences';

const KINDS: readonly PhaseKind[] = ['expand', 'dual_write', 'switch', 'contract', 'purge'];

function phase(kind: PhaseKind, index: number): Phase {
  return {
    number: index + 1,
    kind,
    title: kind,
    summary: `Does ${kind}.`,
    steps: [],
    entryChecks: [],
    exitChecks: [],
    watchChecks: [],
    rollbackChecks: [],
    deploy: null,
    lossless: kind !== 'purge',
    rollback: `Undoes ${kind}.`,
  };
}

const PLAN = { phases: KINDS.map(phase), newCodeFrom: 2, oldCodeUntil: 3 };

function at(position: number, over: Partial<TrackView> = {}): TrackView {
  return {
    phases: [],
    position,
    movingPhase: null,
    direction: null,
    status: 'ready',
    newCodeFrom: 2,
    oldCodeUntil: 3,
    synced: true,
    backfill: null,
    ...over,
  };
}

describe('consequences', () => {
  it('say what the next phase does, and when old code has to be gone', () => {
    expect(advanceConsequence(PLAN, at(1), { maxPauseMs: 400 })?.text).toBe(
      'Does dual_write. Blocks nobody.',
    );
    expect(advanceConsequence(PLAN, at(2), { maxPauseMs: 400 })?.first).toBeNull();
    expect(advanceConsequence(PLAN, at(3), { maxPauseMs: 400 })?.first).toContain(
      'Old code must be out of service',
    );
    expect(advanceConsequence(PLAN, at(4), { maxPauseMs: 400 })?.text).toContain('Cannot be rolled back.');
    expect(advanceConsequence(PLAN, at(5), { maxPauseMs: 400 })).toBeNull();
  });

  it('say what the way back does, and when new code has to be gone', () => {
    expect(rollBackConsequence(PLAN, at(0), { maxPauseMs: 400 })).toBeNull();
    expect(rollBackConsequence(PLAN, at(1), { maxPauseMs: 400 })?.first).toBeNull();
    expect(rollBackConsequence(PLAN, at(2), { maxPauseMs: 400 })?.first).toContain(
      'Take new code out of service first',
    );
    expect(rollBackConsequence(PLAN, at(3), { maxPauseMs: 400 })?.first).toBeNull();
    expect(rollBackConsequence(PLAN, at(5), { maxPauseMs: 400 })).toBeNull();
  });

  it('undo a half-done phase to its start', () => {
    const moving = at(1, { movingPhase: 2, direction: 'forward', status: 'failed' });
    expect(rollBackConsequence(PLAN, moving, { maxPauseMs: 400 })?.phase.kind).toBe('dual_write');
  });

  it('ask more of the person the less can be taken back', () => {
    expect(PLAN.phases.map(confirmationFor)).toEqual(['none', 'none', 'sheet', 'sheet', 'type_name']);
    const tables: Plan['tables'] = [{ schema: 'shop', name: 'users' }];
    expect(nameToType({ tables })).toBe('shop.users');
  });
});

describe('what Pause does', () => {
  const statement = { object: 'i', words: 'Sorting', share: 0.5, since: '', tableBytes: 1 };

  it('names what is lost of a build or a reading', () => {
    expect(pauseConsequence(null)).toContain('after the batch or step in hand');
    expect(pauseConsequence({ ...statement, kind: 'index' })).toContain('What was built is dropped');
    expect(pauseConsequence({ ...statement, kind: 'validate' })).toContain('from the start');
  });
});

describe('what Resume does', () => {
  const [, sync] = renamePlan().phases;
  const copy = sync?.steps.find(({ kind }) => kind === 'backfill');
  const words = (kind: Step['kind'], direction: 'forward' | 'back' = 'forward') => {
    if (sync === undefined || copy === undefined) throw new Error('the plan copies nothing');
    const phases = [{ ...sync, steps: [{ ...copy, kind }] }];
    const currentStep = { id: copy.id, title: '', impact: '', since: '' };
    return resumeConsequence({ phases }, { currentStep, track: at(1, { direction }) });
  };

  it('says what goes on in the middle and what begins again', () => {
    expect(words('backfill')).toBe('It goes on from its last batch.');
    expect(words('build_index')).toContain('from the start');
    expect(words('validate')).toContain('from the start');
    expect(words('ddl')).toContain('the step that it stopped at');
    expect(words('backfill', 'back')).toContain('rolling back');
  });
});
