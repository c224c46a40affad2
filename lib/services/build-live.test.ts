import { expect, it } from 'vitest';
import { standbyWords, waitsFor } from './build-live';
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

it('says that a COMMIT which waits for a standby makes the application wait, whatever step it is', () => {
  const commit = [{ kind: 'standby', stepId: null }] as const;
  expect(standbyWords({ id: '2.dual_write.sync' }, commit)?.impact).toContain('your application’s too');
  expect(standbyWords({ id: null }, commit)?.impact).toContain('your application’s too');
  const replay = [{ kind: 'standby', stepId: '2.dual_write.analyze' }] as const;
  expect(standbyWords({ id: null }, replay)?.impact).toContain('Blocks nobody');
  expect(standbyWords({ id: '2.dual_write.sync' }, replay)).toBeNull();
  expect(standbyWords({ id: null }, [{ kind: 'lock', stepId: null }])).toBeNull();
});
