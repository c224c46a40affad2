import { describe, expect, it } from 'vitest';
import type { RolloutStatus } from '@/lib/core/rollout';
import { renamePlan } from '@/test/rename-plan';
import { type SentenceInput, stateSentence } from './state-sentence';
import type { BackfillView } from './transition-view';

const backfill: BackfillView = {
  stepId: 'dual_write-1',
  phase: 2,
  title: 'Copy name to full_name',
  table: 'customers',
  column: 'full_name',
  rowsDone: 620,
  rowsTotal: 1000,
  totalIsExact: true,
  rowsChanged: 600,
  rowsPerSecond: 10,
  secondsLeft: [160, 230],
  state: 'running',
  share: null,
  round: 0,
  heldMs: 0,
  lanes: [],
  targetMs: 100,
  unseen: [],
};

function sentence(changes: Partial<SentenceInput> & { readonly status: RolloutStatus }): string {
  const { now, safe, next } = stateSentence({
    plan: renamePlan(),
    fact: { position: 0, movingPhase: null, direction: null, retainedUntil: null },
    approval: 'valid',
    backfills: [],
    stepTitle: null,
    errorMessage: null,
    errorNext: null,
    waiting: null,
    databaseError: null,
    managedElsewhere: false,
    now: '2026-11-07T10:00:00.000Z',
    ...changes,
  });
  return `${now} ${safe} ${next}`;
}

const at = (
  position: number,
  movingPhase: number | null = null,
  direction: 'forward' | 'back' | null = null,
) => ({
  position,
  movingPhase,
  direction,
  retainedUntil: null,
});

describe('the sentence of state', () => {
  it('of a draft', () => {
    expect(sentence({ status: 'not_started', approval: 'missing' })).toBe(
      'Nothing has been changed yet. Old code works unchanged; new code must wait. Review the plan and approve it.',
    );
    expect(sentence({ status: 'not_started' })).toBe(
      'The plan is approved; nothing has been changed yet. Old code works unchanged; new code must wait. Start Add when you are ready.',
    );
    expect(sentence({ status: 'not_started', approval: 'void' })).toContain('review and approve again.');
  });

  it('of a running backfill', () => {
    expect(sentence({ status: 'running', fact: at(1, 2, 'forward'), backfills: [backfill] })).toBe(
      'Copying rows, 62 %. About 3–4 minutes left. Both columns accept reads and writes; new code must wait until every row is copied. Nothing to do.',
    );
  });

  it('of a backfill that found more rows than were estimated', () => {
    const more = { ...backfill, rowsDone: 1200, totalIsExact: false, secondsLeft: null };
    expect(sentence({ status: 'running', fact: at(1, 2, 'forward'), backfills: [more] })).toContain(
      'Copying rows, 1,200 so far, more than the estimate.',
    );
  });

  it('of a step', () => {
    expect(sentence({ status: 'running', fact: at(2, 3, 'forward'), stepTitle: 'Swap the names' })).toBe(
      'Switch is running: Swap the names. Both columns accept reads and writes. Nothing to do.',
    );
  });

  it('of a step that tells how far it is', () => {
    const building = { stepTitle: 'Build the index users_email_idx', stepShare: 0.996 };
    expect(sentence({ status: 'running', fact: at(1, 2, 'forward'), ...building })).toContain(
      'Sync is running: Build the index users_email_idx, 99 %.',
    );
  });

  it('speaks of both columns only where there are two to write', () => {
    const table = { schema: 'public', name: 'customers' };
    const retype = { kind: 'change_type', table, column: 'name', type: 'varchar' } as const;
    const swap = { ...renamePlan(), operations: [retype] };
    const copy = { status: 'running', fact: at(1, 2, 'forward'), backfills: [backfill] } as const;
    expect(sentence({ ...copy, plan: swap })).toContain('Old code works unchanged; new code must wait.');
    const split = { ...renamePlan(), operations: [{ ...retype, to: 'full_name' }] };
    expect(sentence({ ...copy, plan: split })).toContain('Both columns accept reads and writes');
    expect(sentence({ status: 'retired', plan: swap, fact: at(4) })).toContain('Retire is done:');
  });

  it('of a worker that waits', () => {
    expect(
      sentence({ status: 'running', fact: at(0, 1, 'forward'), waiting: 'the server is full.' }),
    ).toContain('Add waits: the server is full.');
  });

  it('between phases names the deploy that comes first', () => {
    expect(sentence({ status: 'ready', fact: at(2) })).toBe(
      'Sync is done. Both columns accept reads and writes. Deploy “code that reads full_name”, then start Switch.',
    );
    expect(sentence({ status: 'ready', fact: at(1) })).toContain('Add is done.');
    expect(sentence({ status: 'ready', fact: at(1) })).toContain('Start Sync when you are ready.');
  });

  it('of a retention time gives the date', () => {
    const fact = { ...at(4), retainedUntil: '2026-11-14T09:30:00.000Z' };
    expect(sentence({ status: 'retired', fact })).toBe(
      'The old column is retired: renamed away and still kept in step. New code works; old code must be out of service. Nothing to do until 14 November, 09:30 UTC; then it can be deleted.',
    );
    expect(sentence({ status: 'retired', fact, now: '2026-11-15T00:00:00.000Z' })).toContain(
      'Start Delete when you are ready.',
    );
  });

  it('of a failure says what stopped and what to do', () => {
    expect(
      sentence({
        status: 'failed',
        fact: at(1, 2, 'forward'),
        errorMessage: '3 rows do not convert.',
        errorNext: 'Correct them, then retry.',
      }),
    ).toBe(
      'Sync stopped: 3 rows do not convert. Old code works unchanged; new code must wait. Correct them, then retry.',
    );
    expect(sentence({ status: 'failed', fact: at(2, 2, 'back') })).toContain('Rolling back Sync stopped:');
  });

  it('of an attempt that a check stopped before it did anything', () => {
    expect(
      sentence({
        status: 'ready',
        fact: at(2),
        errorMessage: 'Long transactions: 1.',
        errorNext: 'End it, then retry.',
      }),
    ).toBe(
      'The last attempt stopped before it changed anything. Both columns accept reads and writes. End it, then retry.',
    );
  });

  it('of a pause, a hold and a rollback', () => {
    expect(sentence({ status: 'pausing', fact: at(1, 2, 'forward') })).toContain('Sync is pausing');
    expect(
      sentence({
        status: 'paused',
        fact: at(1, 2, 'forward'),
        backfills: [{ ...backfill, state: 'paused' }],
      }),
    ).toContain('Sync is paused. 62 % of the rows are copied.');
    expect(sentence({ status: 'held', fact: at(1, 2, 'forward') })).toContain('Sync is held back');
    for (const status of ['held', 'paused', 'pausing'] as const)
      expect(sentence({ status, fact: at(2, 2, 'back') })).toMatch(/^Rolling back Sync is /);
    expect(sentence({ status: 'rolling_back', fact: at(3, 3, 'back') })).toContain(
      'Switch is being rolled back.',
    );
  });

  it('of an end', () => {
    expect(sentence({ status: 'done', fact: at(5) })).toBe(
      'Finished: the old shape is deleted. Only new code works. It cannot be rolled back. Nothing to do.',
    );
    const addOnly = {
      ...renamePlan(),
      phases: renamePlan().phases.slice(0, 1),
      newCodeFrom: 1,
      oldCodeUntil: 1,
    };
    expect(sentence({ status: 'done', plan: { ...addOnly, operations: [] }, fact: at(1) })).toBe(
      'Finished: every phase is done. Old and new code both work. Nothing to do; it can still be rolled back.',
    );
    expect(sentence({ status: 'abandoned' })).toContain('Abandoned.');
  });

  it('of an unreachable database and of one that is moved from elsewhere', () => {
    expect(sentence({ status: 'running', fact: at(1, 2, 'forward'), databaseError: 'refused.' })).toContain(
      'The database cannot be reached: refused. What it had done is recorded there',
    );
    expect(sentence({ status: 'ready', fact: at(1), databaseError: 'refused.' })).toContain(
      'Nothing was under way there.',
    );
    expect(sentence({ status: 'ready', fact: at(1), managedElsewhere: true })).toContain('take it over');
  });
});
