import { expect } from 'vitest';
import { type ErrorCode, SegueError } from '@/lib/core/errors';

/** What a refusal says: by which code, about what, in which words, with which way out. */
export interface ExpectedRefusal {
  readonly code: ErrorCode;
  readonly object: string;
  readonly message: RegExp;
  /** Absent: any full sentence. */
  readonly next?: RegExp;
}

/** The error with which the work is refused. Throws what is no `SegueError`, and where nothing was refused. */
export async function refusalOf(work: () => unknown): Promise<SegueError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SegueError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Holds an error against what was expected of it. */
export function expectRefusal(error: SegueError, expected: ExpectedRefusal): void {
  expect({ code: error.code, object: error.object ?? '' }).toEqual({
    code: expected.code,
    object: expected.object,
  });
  expect(error.message).toMatch(expected.message);
  expect(error.next).toMatch(expected.next ?? /^.+\.$/);
}
