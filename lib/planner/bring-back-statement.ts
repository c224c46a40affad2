import { keyOperator } from '@/lib/core/key-operator';
import { KEPT_STAGES, type KeptRows } from '@/lib/core/rows-delete';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { keptKey } from './delete-statements';

const { found, gone } = KEPT_STAGES;

/** The next deleted rows that are kept. */
export const nextGone = (rows: KeptRows, limit: number): string =>
  `SELECT * FROM ${quoteName(rows.kept)} WHERE segue_stage = ${gone} ORDER BY ${keptKey(rows).join(', ')} LIMIT ${limit}`;

interface BringBack {
  readonly limit: number;
  /** The operation's place in the plan, and SQL that gives the transition's name: for what is recorded. */
  readonly operation: number;
  readonly transition: string;
  /** What was found before stays, for a move that turns round; it goes with the steps before this one. */
  readonly staysFound: boolean;
}

/**
 * Brings the next deleted rows of one table back; gives how many were `taken` and how many came back. A row whose key or unique
 * value is taken again, or whose parent is gone, is recorded in segue.conflicts instead. Pure.
 */
export function bringBackStatement(
  rows: KeptRows,
  { limit, operation, transition, staysFound }: BringBack,
): string {
  const { columns, key } = rows;
  const kept = quoteName(rows.kept);
  const names = columns.map(quoteIdent).join(', ');
  const values = columns.map((_, n) => `b.c${n}`).join(', ');
  const cells = keptKey(rows);
  const same = key
    .map((column, n) => `x.${cells[n]} ${keyOperator(column, '=')} b.${cells[n]}`)
    .join(' AND ');
  const forget = staysFound
    ? `UPDATE ${kept} AS x SET segue_stage = ${found} FROM b WHERE ${same} RETURNING 1`
    : `DELETE FROM ${kept} AS x USING b WHERE ${same} RETURNING 1`;
  const back = key
    .map((column, n) => `r.${quoteIdent(column.name)} ${keyOperator(column, '=')} b.${cells[n]}`)
    .join(' AND ');
  const keyJson = key.map(({ name }, n) => `${quoteLiteral(name)}, ${keptKey(rows, 'b.')[n]}`).join(', ');
  const lost = columns.map((name, n) => `${quoteLiteral(name)}, b.c${n}`);
  return `WITH b AS MATERIALIZED (${nextGone(rows, limit)}),
forgotten AS (${forget}),
back AS (INSERT INTO ${quoteName(rows.table)} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM b WHERE ${rows.mayReturn} ON CONFLICT DO NOTHING
  RETURNING ${key.map(({ name }) => quoteIdent(name)).join(', ')}),
left_out AS (INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
  SELECT ${transition}, ${operation}, jsonb_build_object(${keyJson}), NULL, ${jsonOf(lost)}::text
  FROM b WHERE NOT EXISTS (SELECT FROM back r WHERE ${back}) RETURNING 1)
SELECT (SELECT count(*) FROM forgotten)::integer AS taken, (SELECT count(*) FROM back)::integer AS changed`;
}

/** A function takes at most 100 arguments: a row may have more columns than fifty. */
function jsonOf(pairs: readonly string[]): string {
  const parts: string[] = [];
  for (let from = 0; from < pairs.length; from += 40)
    parts.push(`jsonb_build_object(${pairs.slice(from, from + 40).join(', ')})`);
  return `(${parts.join(' || ')})`;
}
