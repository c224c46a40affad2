import { SegueError } from '@/lib/core/errors';
import type { TableInfo } from './catalog';
import { indexMentions } from './clone/indexes';
import type { Compiled } from './compose/compile-all';
import { relationLabel } from './plan-parts';

/** Name of an index or constraint over both columns. */
function sharedBy(table: TableInfo, one: string, other: string): string | undefined {
  const both = (names: readonly string[]) => names.includes(one) && names.includes(other);
  return (
    table.indexes.find((index) => both(indexMentions(index)))?.name ??
    table.checks.find((check) => both(check.columns))?.name ??
    table.foreignKeys.find((key) => both(key.columns))?.name
  );
}

/**
 * Refuses two operations that both move a column of one index or constraint: each would give it a clone with the other's
 * old column, and in the end there would be none over both new ones.
 */
export function refuseShared(compiled: readonly Compiled[]): void {
  const moved = compiled.flatMap(({ plan, index }) => (plan.moves ?? []).map((move) => ({ ...move, index })));
  moved.forEach((move, at) => {
    for (const earlier of moved.slice(0, at)) {
      const label = relationLabel(move.table);
      if (earlier.index === move.index || relationLabel(earlier.table) !== label) continue;
      const shared =
        earlier.column === move.column ? move.column : sharedBy(move.table, earlier.column, move.column);
      if (shared === undefined) continue;
      throw new SegueError(
        'invalid_input',
        earlier.column === move.column
          ? `Operations ${earlier.index + 1} and ${move.index + 1} both change "${label}.${shared}".`
          : `"${shared}" is over "${earlier.column}" and "${move.column}", which operations ${earlier.index + 1} and ${move.index + 1} both replace.`,
        { object: `${label}.${shared}`, next: 'Put them into two transitions, one after the other.' },
      );
    }
  });
}
