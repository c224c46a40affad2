import { expect, it } from 'vitest';
import { renamePlan } from '@/test/rename-plan';
import { groupOf, type WaitingInput, waitingFor } from './waiting-for';

const base: WaitingInput = {
  plan: renamePlan(),
  status: 'ready',
  fact: { position: 2, retainedUntil: null },
  approval: 'valid',
  stopped: false,
  managedElsewhere: false,
  now: '2026-11-07T10:00:00.000Z',
};

it.each([
  [
    { status: 'not_started', approval: 'missing', fact: { position: 0, retainedUntil: null } },
    'Approval',
    'waiting',
  ],
  [{ status: 'not_started', fact: { position: 0, retainedUntil: null } }, 'Start Add', 'waiting'],
  [{ approval: 'void' }, 'Approval: the schema changed', 'waiting'],
  [{}, 'Deploy, then Start Switch', 'waiting'],
  [{ status: 'failed' }, 'Failed: retry or roll back', 'waiting'],
  [{ status: 'paused' }, 'Paused: resume or roll back', 'waiting'],
  [{ managedElsewhere: true }, 'Moved from the command line', 'waiting'],
  [{ stopped: true }, 'Stopped: see why, then retry', 'waiting'],
  [{ status: 'running' }, null, 'running'],
  [{ status: 'retired', fact: { position: 4, retainedUntil: '2026-11-14T00:00:00.000Z' } }, null, 'running'],
  [
    { status: 'retired', fact: { position: 4, retainedUntil: '2026-11-01T00:00:00.000Z' } },
    'Start Delete',
    'waiting',
  ],
  [{ status: 'done' }, null, 'ended'],
] as const)('%j waits for %s', (changes, words, group) => {
  const input: WaitingInput = { ...base, ...changes };
  expect(waitingFor(input)).toBe(words);
  expect(groupOf(input.status, words)).toBe(group);
});
