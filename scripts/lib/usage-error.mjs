/** Something a person can put right: shown as its message alone, without a stack. */
export class UsageError extends Error {}

/**
 * Prints why a script ends and gives its exit code.
 * @param {unknown} error
 * @returns {number}
 */
export function reportFailure(error) {
  if (error instanceof UsageError) {
    console.error(`\n${error.message}`);
    return 2;
  }
  if (error instanceof Error && error.name === 'SegueError') {
    const next = 'next' in error && typeof error.next === 'string' ? `\n${error.next}` : '';
    console.error(`\n${error.message}${next}`);
    return 1;
  }
  console.error(error);
  return 1;
}
