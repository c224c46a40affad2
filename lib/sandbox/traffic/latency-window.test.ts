import { expect, it } from 'vitest';
import { latencyWindow, percentile } from './latency-window';

it('counts a second and looks back over the window', () => {
  const window = latencyWindow(2);
  window.record(5, false);
  window.record(9, true);
  expect(window.closeSecond()).toEqual({
    requests: 2,
    errors: 1,
    slowestMs: 9,
    p99Ms: 9,
    requestsPerSecond: 2,
  });
  expect(window.closeSecond()).toMatchObject({
    requests: 0,
    slowestMs: null,
    p99Ms: 9,
    requestsPerSecond: 1,
  });
  expect(window.closeSecond()).toMatchObject({ p99Ms: null, requestsPerSecond: 0 });
});

it('takes the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.99)).toBeNull();
});
