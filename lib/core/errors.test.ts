import { describe, expect, it, vi } from 'vitest';
import { type ErrorCode, exitCodeOf, SegueError } from './errors';

describe('exitCodeOf', () => {
  it.each<[ErrorCode, number]>([
    ['check_failed', 1],
    ['step_failed', 1],
    ['invalid_input', 2],
    ['other_operations', 2],
    ['connection_failed', 2],
    ['read_only', 2],
    ['missing_rights', 2],
    ['unsupported', 2],
    ['lock_not_had', 3],
    ['lease_held', 3],
    ['check_inconclusive', 3],
    ['would_lose_values', 3],
    ['approval_missing', 3],
    ['drift', 3],
  ])('%s ends with %i', (code, exit) => {
    expect(exitCodeOf(code)).toBe(exit);
  });
});

describe('SegueError', () => {
  it('carries code, object, next step, evidence and cause', () => {
    const cause = new Error('inner');
    const error = new SegueError('unknown_table', 'There is no table "x".', {
      object: 'public.x',
      next: 'Check the spelling.',
      evidence: { tables: [] },
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'SegueError',
      code: 'unknown_table',
      object: 'public.x',
      next: 'Check the spelling.',
      evidence: { tables: [] },
      cause,
    });
  });

  it('is known to another copy of its module', async () => {
    vi.resetModules();
    const copy = await import('./errors');
    expect(copy.SegueError).not.toBe(SegueError);
    expect(new copy.SegueError('internal', 'x') instanceof SegueError).toBe(true);
    expect(new Error('x') instanceof SegueError).toBe(false);
  });
});
