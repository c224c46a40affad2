import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import { quoteIdent, quoteLiteral } from '@/lib/core/sql-text';
import type { BatchScope } from './batch-scope';

const MAX_FAILED_KEYS = 20;

/** Rows of a range whose value does not convert: refused with their keys, or recorded with them, in the batch's transaction. */
export async function settleFailures(
  tx: postgres.TransactionSql,
  { lease, step, work }: BatchScope,
  /** The relation, with ONLY where its children are not meant. */
  from: string,
  range: { readonly condition: string; readonly values: readonly string[] },
): Promise<void> {
  if (work.onFailure === 'none') return;
  const label = `${work.table.schema}.${work.table.name}`;
  const keys = work.key
    .map((column) => `${quoteLiteral(column.name)}, t.${quoteIdent(column.name)}`)
    .join(', ');
  const failed = `${from} AS t WHERE ${range.condition} AND ${work.failed}`;
  if (work.onFailure === 'reject') {
    const rows = await tx.unsafe<{ key: Record<string, unknown> }[]>(
      `SELECT jsonb_build_object(${keys}) AS key FROM ${failed} LIMIT ${MAX_FAILED_KEYS}`,
      [...range.values],
    );
    if (rows.length === 0) return;
    throw new SegueError(
      'step_failed',
      `${rows.length === MAX_FAILED_KEYS ? 'At least ' : ''}${rows.length} rows of "${label}" hold a value that does not convert.`,
      {
        object: label,
        next: 'Correct these rows, or say onFailure: quarantine or a value; then retry.',
        evidence: { stepId: step.id, keys: rows.map((row) => row.key) },
      },
    );
  }
  await tx.unsafe(
    `INSERT INTO segue.exceptions (transition, operation, side, key, value)
     SELECT r.name, ${work.operation}, 'old', jsonb_build_object(${keys}), NULL FROM segue.rollouts r, ${failed} AND r.id = $${range.values.length + 1}
     ON CONFLICT DO NOTHING`,
    [...range.values, lease.rolloutId],
  );
}
