import type { BackfillWork } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { block, keyObject, raise, rowsOf } from './export-unit';
import { triedAgain } from './tried-again';

/** Pages of a batch: 1 MB, some thousand rows of usual width. */
const PAGES = 128;
/** Rows that other updates move behind the walk are found by walking again; a trigger keeps the rest right. */
const ROUNDS = 20;

function quarantine(work: BackfillWork, transition: string, range: string): string {
  if (work.onFailure !== 'quarantine') return '';
  return `INSERT INTO segue.exceptions (transition, operation, side, key, value)
          SELECT ${quoteLiteral(transition)}, ${work.operation}, 'old', ${keyObject(work.key)}, NULL FROM ${rowsOf(work.table)} WHERE ${range} AND (${work.failed}) ON CONFLICT DO NOTHING;
        `;
}

/**
 * A backfill as one block that commits batch by batch, by pages as the rows lie on the disk. It may be stopped and run again: rows
 * that are done are passed over.
 */
export function backfillBlock(work: BackfillWork, transition: string): string {
  const safe = work.onFailure !== 'none';
  const [value, where] = safe ? [work.safeExpression, work.safeWhere] : [work.expression, work.where];
  const table = quoteLiteral(quoteName(work.table));
  const range = `t.ctid >= pg_catalog.format('(%s,0)', segue_page)::pg_catalog.tid AND t.ctid < pg_catalog.format('(%s,0)', segue_page + ${PAGES})::pg_catalog.tid`;
  const refuse =
    work.onFailure === 'reject'
      ? `  IF EXISTS (SELECT FROM ${rowsOf(work.table)} WHERE ${work.failed}) THEN
    ${raise('EXCEPTION', `Rows of ${work.table.schema}.${work.table.name} hold a value that does not convert: correct them first.`)}
  END IF;
`
      : '';
  const update = `${quarantine(work, transition, range)}UPDATE ${rowsOf(work.table)} SET ${quoteIdent(work.column)} = ${value}${work.also ?? ''} WHERE ${range} AND (${where});`;
  return block(
    ['segue_pages bigint', 'segue_page bigint', 'segue_tries integer'],
    `${refuse}  FOR segue_round IN 1..${ROUNDS} LOOP
    SELECT pg_catalog.max(pg_catalog.pg_relation_size(relation)) / pg_catalog.current_setting('block_size')::bigint INTO segue_pages
      FROM (SELECT ${table}::pg_catalog.regclass AS relation UNION ALL SELECT relid FROM pg_catalog.pg_partition_tree(${table}) WHERE isleaf) leaves;
    segue_page := 0;
    WHILE segue_page <= segue_pages LOOP
    ${triedAgain(update, { spareSync: true })}
    segue_page := segue_page + ${PAGES};
    END LOOP;
    EXIT WHEN NOT EXISTS (SELECT FROM ${rowsOf(work.table)} WHERE ${where});
  END LOOP;`,
  );
}
