import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import type { BackfillRange } from './backfill-range';
import { type BatchForm, batchPreamble, type StatementScope } from './batch-scope';
import { BOUNDS, PAGE_CONDITION, passCondition } from './page-cursor';

/** Rows by page are copied or filled, never changed in what the application wrote. */
const COPIES = { spareSync: true, more: { [BOUNDS.from]: '$1', [BOUNDS.to]: '$2' } };

/**
 * The statements of a batch of pages, in their order. None of the texts says where the batch begins or ends: they are the
 * same for every batch of a pass over a relation, and so can stay prepared. The rows' own have no parameters but read settings
 * of the transaction: a statement without parameters keeps its plan, one with some is planned again as long as that looks cheaper.
 */
export interface PageStatements {
  /** Settings, bounds ($1, $2) and fence. */
  readonly begin: string;
  /** Takes the row locks in key order, as applications do that change several rows; null where taking the rows as they lie does. */
  readonly lock: string | null;
  /** Changes the rows and keeps the counts. */
  readonly change: string;
  /** Moves the cursor and answers with the counts. After the rows: their lock keeps a rewrite and a DETACH out until this commits. */
  readonly advance: string;
}

/** Parameters: see segue-schema.ts. */
const ADVANCE = `SELECT segue.advance_range($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS counts`;

export function pageStatements(scope: StatementScope, range: BackfillRange, form: BatchForm): PageStatements {
  const { lease, step, work } = scope;
  // Within CASE no index serves it: old statistics may promise next to nothing to read there, and each batch would read it all.
  const where = `${batchCondition(range)} AND CASE WHEN ${form.safe ? work.safeWhere : work.where} THEN true END`;
  const value = form.safe ? work.safeExpression : work.expression;
  const order = work.key.map((column) => `t.${quoteIdent(column.name)}`).join(', ');
  const ordered = work.key.length > 0 && (form.ordered || !scope.liesInKeyOrder);
  // Rows are counted in the first pass alone, and only as they were at the start: not again where a batch has put them.
  const seen =
    range.round === 0 && range.cursor.pass === 0
      ? `(SELECT count(*) FROM ONLY ${range.relation} AS t WHERE ${PAGE_CONDITION}
    AND pg_catalog.age(t.xmin) >= (SELECT pg_catalog.age(start_xid) FROM segue.backfills WHERE rollout_id = ${quoteLiteral(lease.rolloutId)} AND step_id = ${quoteLiteral(step.id)}))`
      : '0';
  return {
    begin: batchPreamble(lease, COPIES),
    // The count keeps the rows themselves on the server.
    lock: ordered
      ? `SELECT count(*) FROM (SELECT FROM ONLY ${range.relation} AS t WHERE ${where} ORDER BY ${order} FOR NO KEY UPDATE) locked`
      : null,
    change: `WITH changed AS (UPDATE ONLY ${range.relation} AS t SET ${quoteIdent(work.column)} = ${value}${work.also ?? ''} WHERE ${where} RETURNING 1)
SELECT pg_catalog.set_config('segue.batch_seen', ${seen}::text, true), pg_catalog.set_config('segue.batch_changed', (SELECT count(*) FROM changed)::text, true)`,
    advance: ADVANCE,
  };
}

/** The rows of a batch, once its bounds are set. */
export function batchCondition({ cursor, passes }: BackfillRange): string {
  return `${PAGE_CONDITION} AND ${passCondition(cursor.pass, passes)}`;
}
