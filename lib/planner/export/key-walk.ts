import { compareKey } from '@/lib/core/key-operator';
import type { BackfillWork } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { block } from './export-unit';
import { triedAgain } from './tried-again';

/** Rows of the table that a batch passes. */
const ROWS = 2000;

/**
 * A block that walks a table once in the order of its key, from the first row to the one that is the last when it begins, and
 * commits batch by batch. `batch` gives the statements, separated by semicolons, for the rows that fulfil a condition on the row
 * of a name.
 */
export function keyWalk(
  { key, table }: BackfillWork,
  batch: (within: (row: string) => string) => string,
): string {
  const name = quoteName(table);
  type Bound = 'from' | 'upto' | 'last';
  const boundOf = (which: Bound) => key.map((_, n) => `segue_${which}_${n}`);
  const bound = (which: Bound) => boundOf(which).join(', ');
  const columnsOf = (row: string) => key.map((column) => `${row}.${quoteIdent(column.name)}`);
  const columns = (row: string) => columnsOf(row).join(', ');
  const is = (row: string, sign: '>' | '>=' | '<=', which: Bound) =>
    compareKey(key, columnsOf(row), sign, boundOf(which));
  const descending = columnsOf('t')
    .map((column) => `${column} DESC`)
    .join(', ');
  const within = (row: string) => `${is(row, '>=', 'from')} AND ${is(row, '<=', 'upto')}`;
  const next = (after: string, limit: number) =>
    `FROM ${name} AS t WHERE ${after} AND ${is('t', '<=', 'last')} ORDER BY ${columns('t')} LIMIT ${limit}`;
  return block(
    [
      ...key.flatMap(({ type }, n) => ['from', 'upto', 'last'].map((which) => `segue_${which}_${n} ${type}`)),
      'segue_tries integer',
    ],
    `  SELECT ${columns('t')} INTO ${bound('from')} FROM ${name} AS t ORDER BY ${columns('t')} LIMIT 1;
  SELECT ${columns('t')} INTO ${bound('last')} FROM ${name} AS t ORDER BY ${descending} LIMIT 1;
  WHILE segue_from_0 IS NOT NULL LOOP
    SELECT ${columns('t')} INTO ${bound('upto')}
      FROM (SELECT ${columns('t')} ${next(is('t', '>=', 'from'), ROWS)}) AS t ORDER BY ${descending} LIMIT 1;
    ${triedAgain(batch(within), { spareSync: false })}
    SELECT ${columns('t')} INTO ${bound('from')} ${next(is('t', '>', 'upto'), 1)};
  END LOOP;`,
  );
}
