import { expect, it } from 'vitest';
import { renamePlan } from '@/test/rename-plan';
import { buildHistory, type MoveRecord } from './build-history';

const move: MoveRecord = {
  id: '7',
  direction: 'forward',
  phase: 2,
  actor: 'Ada',
  words: ['Is it live? Yes.'],
  startedAt: '2026-11-07T10:00:00.000Z',
  endedAt: '2026-11-07T10:05:00.000Z',
  outcome: 'completed',
  error: null,
};

it('tells moves and acts with who and when, newest first', () => {
  const history = buildHistory(
    renamePlan(),
    [move],
    [
      {
        id: 1,
        at: '2026-11-07T09:00:00.000Z',
        actor: 'Ada',
        action: 'approve',
        detail: { note: 'Looks right.' },
      },
      { id: 2, at: '2026-11-07T10:00:00.000Z', actor: 'Ada', action: 'advance', detail: {} },
    ],
  );
  expect(history.map(({ what, actor, tone }) => [what, actor, tone])).toEqual([
    ['Sync is done', 'Segue', 'good'],
    ['Started Sync', 'Ada', 'neutral'],
    ['Approved the plan', 'Ada', 'good'],
  ]);
  expect(history.map(({ detail }) => detail)).toEqual([null, 'Is it live? Yes.', 'Looks right.']);
});

it('tells failures, rollbacks and moves that were turned back', () => {
  const failed = buildHistory(renamePlan(), [{ ...move, outcome: 'failed', error: 'No space left.' }], []);
  expect(failed[0]).toMatchObject({ what: 'Sync stopped', detail: 'No space left.', tone: 'bad' });
  const back = buildHistory(renamePlan(), [{ ...move, direction: 'back' }], []);
  expect(back.map(({ what }) => what)).toEqual(['Sync is undone', 'Rolled back Sync']);
  const turned = buildHistory(renamePlan(), [{ ...move, outcome: 'turned_round' }], []);
  expect(turned[0]).toMatchObject({ what: 'Sync was turned back half-way', tone: 'waiting' });
});

it('tells requests to pause and to resume once, by the target', () => {
  const history = buildHistory(
    renamePlan(),
    [{ ...move, outcome: 'pause_requested' }],
    [{ id: 4, at: move.startedAt, actor: 'Ada', action: 'pause', detail: {} }],
  );
  expect(history.map(({ what, actor }) => [what, actor])).toEqual([['Asked to pause', 'Ada']]);
});

it('shows what changed where an approval became void', () => {
  const [entry] = buildHistory(
    renamePlan(),
    [],
    [
      {
        id: 3,
        at: '2026-11-07T11:00:00.000Z',
        actor: null,
        action: 'approval_void',
        detail: { changes: ['+ column public.customers.x integer'] },
      },
    ],
  );
  expect(entry).toMatchObject({ actor: 'Segue', detail: '+ column public.customers.x integer' });
});
