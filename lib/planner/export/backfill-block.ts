import type { BackfillWork } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { BACKFILL_SETTING } from '../sync/pair';
import { block, keyObject, raise, rowsOf } from './export-unit';

/** Pages of a batch: 1 MB, some thousand rows of usual width. */
const PAGES = 128;
/** Rows that other updates move behind the walk are found by walking again; a trigger keeps the rest right. */
const ROUNDS = 20;

/** Settings of one batch's transaction. Its lock timeout is short: if it and a client lock rows crosswise, the batch gives way. */
const settings = (spareSync: boolean): string =>
  `PERFORM pg_catalog.set_config('lock_timeout', '150ms', true), pg_catalog.set_config('synchronous_commit', 'off', true), pg_catalog.set_config('${BACKFILL_SETTING}', '${spareSync ? 'on' : 'off'}', true);`;

/** A batch, tried again while somebody holds a row of it. COMMIT stands outside: a block that catches errors may not end the transaction. */
export function triedAgain(statements: string, spareSync: boolean): string {
  return `tries := 0;
    LOOP
      BEGIN
        ${settings(spareSync)}
        ${statements}
        EXIT;
      EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        tries := tries + 1;
        IF tries > 200 THEN RAISE; END IF;
        PERFORM pg_catalog.pg_sleep(0.05 + pg_catalog.random() * 0.2);
      END;
    END LOOP;
    COMMIT;`;
}

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
  const range = `t.ctid >= pg_catalog.format('(%s,0)', page)::pg_catalog.tid AND t.ctid < pg_catalog.format('(%s,0)', page + ${PAGES})::pg_catalog.tid`;
  const refuse =
    work.onFailure === 'reject'
      ? `  IF EXISTS (SELECT FROM ${rowsOf(work.table)} WHERE ${work.failed}) THEN
    ${raise('EXCEPTION', `Rows of ${work.table.schema}.${work.table.name} hold a value that does not convert: correct them first.`)}
  END IF;
`
      : '';
  const update = `${quarantine(work, transition, range)}UPDATE ${rowsOf(work.table)} SET ${quoteIdent(work.column)} = ${value}${work.also ?? ''} WHERE ${range} AND (${where});`;
  return block(
    ['pages bigint', 'page bigint', 'tries integer'],
    `${refuse}  FOR round IN 1..${ROUNDS} LOOP
    SELECT pg_catalog.max(pg_catalog.pg_relation_size(relation)) / pg_catalog.current_setting('block_size')::bigint INTO pages
      FROM (SELECT ${table}::pg_catalog.regclass AS relation UNION ALL SELECT relid FROM pg_catalog.pg_partition_tree(${table}) WHERE isleaf) leaves;
    page := 0;
    WHILE page <= pages LOOP
    ${triedAgain(update, true)}
    page := page + ${PAGES};
    END LOOP;
    EXIT WHEN NOT EXISTS (SELECT FROM ${rowsOf(work.table)} WHERE ${where});
  END LOOP;`,
  );
}
