import { migrationTextProblem } from '@/lib/core/migration-text';
import type { TransitionSpec } from '@/lib/core/operation';

/** Characters, statements and operations that are read between other people's requests; more goes to a process of its own. */
const CHARACTERS = 500_000;
const STATEMENTS = 100;
const OPERATIONS = 100;

/** Whether reading a text would keep the server from everything else for longer than a blink: by its size and its semicolons. Pure. */
export function isLong(text: string): boolean {
  if (text.length > CHARACTERS) {
    // What is refused as it stands needs no process.
    return migrationTextProblem(text) === null;
  }
  let statements = 0;
  for (let at = text.indexOf(';'); at !== -1; at = text.indexOf(';', at + 1)) {
    statements += 1;
    if (statements > STATEMENTS) return true;
  }
  return false;
}

/** The same for planning. Pure. */
export const holdsManyOperations = ({ operations }: Pick<TransitionSpec, 'operations'>): boolean =>
  operations.length > OPERATIONS;
