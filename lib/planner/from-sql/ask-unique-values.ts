import { sameInUnique } from '../same-for-every-row';
import { askForUniqueValue } from './needs';
import type { Part } from './part';

/** Asks what the rows get where the file fills a new column with one value and makes it unique. */
export function askUniqueValues(parts: readonly Part[]): readonly Part[] {
  const operations = parts.flatMap((part) => (part.kind === 'operation' ? [part.operation] : []));
  return parts.map((part): Part => {
    if (part.kind !== 'operation' || part.operation.kind !== 'add_column') return part;
    const { table, column, type } = part.operation;
    return sameInUnique(part.operation, operations) === 'value'
      ? { ...part, needs: [askForUniqueValue(table, column, type)] }
      : part;
  });
}
