import { SegueError } from '@/lib/core/errors';
import type { Compiled } from './compose/compile-all';
import { relationLabel } from './plan-parts';
import { sameInUnique } from './same-for-every-row';

/** Refuses a new column that is to be unique and gets one value in all rows: the second row of old code would be turned away. */
export function refuseSameValues(compiled: readonly Compiled[]): void {
  const operations = compiled.map(({ operation }) => operation);
  const made = new Set(
    operations.flatMap((each) => (each.kind === 'create_table' ? [relationLabel(each.table)] : [])),
  );
  for (const operation of operations) {
    if (operation.kind !== 'add_column' || made.has(relationLabel(operation.table))) continue;
    const field = sameInUnique(operation, operations);
    if (field === null) continue;
    const label = `${relationLabel(operation.table)}.${operation.column}`;
    throw new SegueError(
      'invalid_input',
      `"${label}" is to be unique, and its ${field} is the same in every row: ${operation[field]}.`,
      {
        object: label,
        next:
          field === 'default'
            ? 'Leave the default out, and fill the column with a value that differs from row to row, such as gen_random_uuid()::text.'
            : 'Give a value that differs from row to row: made of columns of the row, or gen_random_uuid()::text.',
        evidence: { field },
      },
    );
  }
}
