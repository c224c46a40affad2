import { expect, it } from 'vitest';
import { waitsFor } from './build-live';
import type { OpenRun } from './read-rollout';

const now = Date.parse('2026-11-07T10:00:00.000Z');
const ago = (seconds: number) => new Date(now - seconds * 1000);
const run: OpenRun = {
  id: 'run',
  rolloutId: 'rollout',
  direction: 'forward',
  phase: 2,
  actorId: null,
  by: null,
  state: 'running',
  words: [],
  acknowledged: [],
  worker: 'w',
  heartbeatAt: ago(1),
  retryAt: null,
  outages: 0,
  error: null,
  requestedAt: ago(600),
  startedAt: ago(600),
  endedAt: null,
};

it('waits for nothing while a worker is on it', () => {
  expect(waitsFor(run, now)).toBeNull();
  expect(waitsFor(null, now)).toBeNull();
  expect(waitsFor({ ...run, state: 'paused', heartbeatAt: null }, now)).toBeNull();
  expect(waitsFor({ ...run, state: 'queued', heartbeatAt: null, requestedAt: ago(2) }, now)).toBeNull();
});

it('waits for what the worker waits out', () => {
  const error = { code: 'connection_failed', message: 'It cannot be reached.', next: null, evidence: null };
  expect(waitsFor({ ...run, state: 'queued', heartbeatAt: null, retryAt: ago(-3), error }, now)).toBe(
    'It cannot be reached.',
  );
});

it('says that no worker is there', () => {
  expect(waitsFor({ ...run, heartbeatAt: ago(20) }, now)).toContain('npm run worker');
  expect(waitsFor({ ...run, state: 'queued', heartbeatAt: null, requestedAt: ago(20) }, now)).toContain(
    'npm run worker',
  );
});
