import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { ACTIONS } from '@/lib/core/available-actions';
import type { Blocker } from '@/lib/core/blocker';
import { HOLD_KINDS, type Hold } from '@/lib/core/hold';
import { blockerViews } from '@/lib/views/blocker-view';
import { WaitsPanel } from './waits-panel';

const since = '2026-11-07T10:00:00.000Z';
const hold = (kind: Hold['kind']): Hold => {
  const message = `of ${kind}.`;
  return { kind, culprit: kind, message, evidence: [], stepId: null, since, attempts: 7 };
};
const report: Blocker = {
  pid: 4711,
  kind: 'session',
  user: 'app',
  application: 'nightly report',
  client: '10.0.0.7',
  ageSeconds: 190,
  state: 'idle in transaction',
  query: 'SELECT 1',
  holds: 'ACCESS SHARE on customers',
  blocksNow: true,
  backendStart: 'a',
  transactionStart: 'b',
};
const text = (holds: readonly Hold[], blockers: readonly Blocker[], allowed: boolean, more = 0): string =>
  renderToStaticMarkup(
    <WaitsPanel
      live={{
        holds,
        blockers: blockerViews(blockers, []),
        moreBlockers: more,
        actions: ACTIONS.map((action) => ({ action, allowed, label: action, reason: null })),
      }}
      acts={{ pending: null, endBlocker: () => Promise.resolve(true) }}
    />,
  )
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

it('shows each hold with its reason, its age and what ends it', () => {
  const shown = text(HOLD_KINDS.map(hold), [], true);
  for (const kind of HOLD_KINDS) expect(shown).toContain(`of ${kind}.`);
  expect(shown.split('since 7 Nov 2026').length - 1).toBe(HOLD_KINDS.length);
  expect(shown).toContain('tried 7 of 40 times');
  expect(shown).toContain('The limit is in the settings .');
});

it('names who stands in the way, and offers to end it only to who may', () => {
  const shown = text([], [report], true);
  for (const words of ['pid 4711', 'app · nightly report', 'Open for 3 min', 'SELECT 1', 'End session'])
    expect(shown).toContain(words);
  expect(text([], [report], false)).not.toContain('End session');
  expect(text([], [report], true, 12)).toContain('And 12 more');
  expect(text([], [], true)).toBe('');
  // A vacuum that is waited for is named by the hold, and is the reason.
  const vacuum = { ...hold('autovacuum'), culprit: 'pid 4711' };
  expect(text([vacuum], [{ ...report, blocksNow: false }], true)).not.toContain('Not the reason now');
  expect(text([hold('wal_rate')], [{ ...report, blocksNow: false }], true)).toContain('Not the reason now');
});
