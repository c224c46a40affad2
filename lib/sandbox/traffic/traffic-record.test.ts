import { expect, it } from 'vitest';
import type { TrafficSample } from './traffic-messages';
import { CHART_S, trafficRecord } from './traffic-record';

const sample = (over: Partial<TrafficSample> = {}): TrafficSample => ({
  version: 'old',
  requests: 30,
  errors: 0,
  slowestMs: 4,
  p99Ms: 3.5,
  requestsPerSecond: 30,
  lastError: null,
  ...over,
});
const time = (second: number) => new Date(second * 1000);

it('counts from the moment a version was switched on, and again from zero the next time', () => {
  const record = trafficRecord();
  record.setOn('old', true, time(1000));
  record.take({ at: 1001, samples: [sample()] }, time(1001));
  record.take({ at: 1002, samples: [sample({ errors: 2, lastError: 'no such column' })] }, time(1002));
  expect(record.view('old', time(1002))).toMatchObject({
    on: true,
    requests: 60,
    errors: 2,
    lastError: { message: 'no such column' },
    requestsPerSecond: 30,
    p99Ms: 3.5,
  });
  record.setOn('old', false, time(1003));
  expect(record.view('old', time(1003))).toMatchObject({
    on: false,
    requests: 60,
    requestsPerSecond: 0,
    p99Ms: null,
  });
  record.setOn('old', true, time(1004));
  expect(record.view('old', time(1004))).toMatchObject({ requests: 0, errors: 0, lastError: null });
});

it('takes nothing of a version that was switched off meanwhile, and calls a silent one silent', () => {
  const record = trafficRecord();
  record.take({ at: 1001, samples: [sample({ version: 'new' })] }, time(1001));
  expect(record.view('new', time(1001)).requests).toBe(0);
  record.setOn('old', true, time(1001));
  record.take({ at: 1001, samples: [sample()] }, time(1001));
  expect(record.view('old', time(1010))).toMatchObject({ requests: 30, requestsPerSecond: 0, p99Ms: null });
});

it('draws the last minutes, a gap where nothing ran', () => {
  const record = trafficRecord();
  record.setOn('old', true, time(1000));
  for (let at = 1000; at < 1000 + 2 * CHART_S; at += 1) {
    if (at !== 1500) record.take({ at, samples: [sample({ slowestMs: at === 1510 ? 80.26 : 4 })] }, time(at));
  }
  const { at, old, new: other } = record.series(time(1000 + 2 * CHART_S));
  expect(at).toHaveLength(CHART_S);
  expect([at[0], at.at(-1)]).toEqual([1300, 1599]);
  expect(old.requests[200]).toBeNull();
  expect(old.requests[199]).toBe(30);
  expect(old.slowestMs[210]).toBe(80.3);
  expect(other.requests.every((value) => value === null)).toBe(true);
});
