import { expect, it } from 'vitest';
import type { TrafficView } from '@/lib/views/sandbox-view';
import { markInWords, p99InWords, rateInWords, trafficSentence } from './traffic-words';

const view = (over: Partial<TrafficView> = {}): TrafficView => ({
  version: 'old',
  column: 'name',
  on: true,
  onSince: '2026-11-22T12:00:00.000Z',
  requests: 1200,
  errors: 0,
  lastError: null,
  requestsPerSecond: 29.9,
  p99Ms: 3.21,
  ...over,
});

it('says numbers without noise', () => {
  expect(rateInWords(view())).toBe('30');
  expect(rateInWords(view({ requestsPerSecond: 0.42 }))).toBe('0.4');
  expect(rateInWords(view({ on: false }))).toBe('–');
  expect(p99InWords(view())).toBe('3.2 ms');
  expect(p99InWords(view({ p99Ms: 41.4 }))).toBe('41 ms');
  expect(p99InWords(view({ p99Ms: null }))).toBe('–');
});

it('says how both versions do in one line', () => {
  const series = { at: [], old: EMPTY, new: EMPTY };
  const versions = [view(), view({ version: 'new', on: false })];
  expect(trafficSentence({ versions, series, marks: [], problem: null })).toBe(
    'Old code sends 30 requests a second, without an error. New code is off.',
  );
});

it('names marks shortly', () => {
  const at = '2026-11-22T12:00:00.000Z';
  expect(markInWords({ at, kind: 'phase', phase: 'dual_write', direction: 'forward' })).toBe('Sync');
  expect(markInWords({ at, kind: 'phase', phase: 'switch', direction: 'back' })).toBe('Switch back');
  expect(markInWords({ at, kind: 'switch', version: 'new', on: true })).toBe('New code on');
});

const EMPTY = { requests: [], errors: [], slowestMs: [] };
