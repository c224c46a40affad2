import { expect, it } from 'vitest';
import { parsePostmasterFile } from './postmaster-file';

const complete = '4711\n/data\n1700000000\n25432\n\n127.0.0.1\n  1234567 8\nready   \n';

it('reads number, port and readiness', () => {
  expect(parsePostmasterFile(complete)).toEqual({ pid: 4711, port: 25432, ready: true });
  expect(parsePostmasterFile(complete.replace('ready', 'starting'))?.ready).toBe(false);
});

it.each(['', '4711\n', '4711\n/data\n1700000000\n', 'x\ny\nz\n1\n'])('%j is not complete', (text) => {
  expect(parsePostmasterFile(text)).toBeNull();
});
