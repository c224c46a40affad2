import { expect, it } from 'vitest';
import { noProof, type ProofReport } from '@/lib/core/proof';
import { proofView } from './proof-view';

const at = new Date('2026-11-07T10:00:00.000Z');
const equal: ProofReport = {
  ...noProof('broken', null, 4000),
  outcome: 'equal',
  obstacle: null,
  tables: 2,
  rows: 120,
  serverVersion: '18.1',
  server: { kind: 'own', major: 18, wantedMajor: 18 },
};
const stored = (report: ProofReport | null, state: 'queued' | 'running' | 'done' = 'done') => ({
  planDigest: 'a',
  state,
  at,
  report,
});

const FRESH = { moved: false, kept: false, ended: false };

it('counts for one plan only', () => {
  const known = { ...FRESH, stored: stored(equal), planDigest: 'a' };
  expect(proofView(known)).toMatchObject({ state: 'equal', next: null, notes: [], mayRunAgain: true });
  expect(proofView({ ...known, planDigest: 'b' })).toMatchObject({
    state: 'waiting',
    sentence: expect.stringContaining('changed'),
  });
  expect(proofView({ ...known, planDigest: 'b', moved: true })).toMatchObject({
    state: 'unproved',
    next: expect.stringContaining('Roll it back'),
  });
  expect(proofView({ ...known, stored: null })).toMatchObject({ state: 'waiting', mayRunAgain: false });
  expect(proofView({ ...known, stored: stored(null, 'running') })).toMatchObject({
    state: 'running',
    at: at.toISOString(),
  });
});

it('holds on once the transition has moved, and is made anew then only from a schema that was kept', () => {
  const moved = { ...FRESH, stored: stored(equal), planDigest: 'a', moved: true };
  expect(proofView(moved)).toMatchObject({ state: 'equal', mayRunAgain: false });
  expect(proofView({ ...moved, kept: true })).toMatchObject({ state: 'equal', mayRunAgain: true });
  expect(proofView({ ...moved, stored: null, kept: true })).toMatchObject({
    state: 'waiting',
    sentence: expect.stringContaining('kept at the approval'),
  });
  const ended = { ...moved, stored: null, ended: true };
  expect(proofView(ended)).toMatchObject({ state: 'unproved', next: null });
});

it('says what limits what was shown', () => {
  const report: ProofReport = {
    ...equal,
    server: { kind: 'own', major: 18, wantedMajor: 15 },
    rawFailsOnRows: 'column "x" contains null values',
    otherSteps: ['Add users.x'],
    copyLacks: ['- extension postgis'],
  };
  const view = proofView({ ...FRESH, stored: stored(report), planDigest: 'a' });
  expect(view.notes).toEqual([
    expect.stringMatching(/PostgreSQL 15, .*the PostgreSQL 18 that Segue brings was used.*SEGUE_SCRATCH_URL/),
    expect.stringContaining('contains null values'),
    'On the copy one step reads otherwise than in this plan: Add users.x.',
  ]);
  expect(view.copyLacks).toEqual(['- extension postgis']);
});

it('says why nothing was proved, and what next', () => {
  const report = noProof('raw_file', '42501: permission denied', 900);
  expect(proofView({ ...FRESH, stored: stored(report), planDigest: 'a' })).toMatchObject({
    state: 'unproved',
    sentence: 'Not proved: PostgreSQL refuses the file itself (42501: permission denied).',
    next: expect.stringContaining('rights'),
    mayRunAgain: true,
  });
});
