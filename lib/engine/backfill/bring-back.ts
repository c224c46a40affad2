import { KEPT_STAGES, type KeptRows, type RowsDelete } from '@/lib/core/rows-delete';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { keptKey } from './delete-batch';
import type { PutBack } from './put-back';

const { found, gone } = KEPT_STAGES;

const nextGone = (rows: KeptRows, limit: number): string =>
  `SELECT * FROM ${quoteName(rows.kept)} WHERE segue_stage = ${gone} ORDER BY ${keptKey(rows).join(', ')} LIMIT ${limit}`;

/**
 * The statements that bring deleted rows back, table by table, parents first. A row whose key or unique value is taken again, or
 * whose parent is gone, is recorded in segue.conflicts instead.
 */
export function bringBack(deletes: RowsDelete, operation: number, rolloutId: string): PutBack[] {
  return deletes.tables.map((rows, at) => (limit: number): readonly [string, string] => {
    const { columns, key } = rows;
    const kept = quoteName(rows.kept);
    const table = quoteName(rows.table);
    const names = columns.map(quoteIdent).join(', ');
    const values = columns.map((_, n) => `b.c${n}`).join(', ');
    const same = (row: string) =>
      keptKey(rows)
        .map((cell) => `${row}.${cell} = b.${cell}`)
        .join(' AND ');
    // What was found before stays, for a move that turns round; it goes with the steps before this one.
    const forget =
      deletes.computed && at === 0
        ? `UPDATE ${kept} AS x SET segue_stage = ${found} FROM b WHERE ${same('x')} RETURNING 1`
        : `DELETE FROM ${kept} AS x USING b WHERE ${same('x')} RETURNING 1`;
    const back = key.map(({ name }, n) => `r.${quoteIdent(name)} = ${keptKey(rows, 'b.')[n]}`).join(' AND ');
    const keyJson = key.map(({ name }, n) => `${quoteLiteral(name)}, ${keptKey(rows, 'b.')[n]}`).join(', ');
    const lost = columns.map((name, n) => `${quoteLiteral(name)}, b.c${n}`);
    return [
      `SELECT count(*) FROM (${nextGone(rows, limit)} FOR UPDATE) locked`,
      `WITH b AS MATERIALIZED (${nextGone(rows, limit)}),
forgotten AS (${forget}),
back AS (INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM b WHERE ${rows.mayReturn} ON CONFLICT DO NOTHING
  RETURNING ${key.map(({ name }) => quoteIdent(name)).join(', ')}),
left_out AS (INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
  SELECT o.name, ${operation}, jsonb_build_object(${keyJson}), NULL, ${jsonOf(lost)}::text
  FROM b, segue.rollouts o WHERE o.id = ${quoteLiteral(rolloutId)} AND NOT EXISTS (SELECT FROM back r WHERE ${back}) RETURNING 1)
SELECT (SELECT count(*) FROM forgotten)::integer AS taken, (SELECT count(*) FROM back)::integer AS changed`,
    ];
  });
}

/** A function takes at most 100 arguments: a row may have more columns than fifty. */
function jsonOf(pairs: readonly string[]): string {
  const parts: string[] = [];
  for (let from = 0; from < pairs.length; from += 40)
    parts.push(`jsonb_build_object(${pairs.slice(from, from + 40).join(', ')})`);
  return `(${parts.join(' || ')})`;
}
