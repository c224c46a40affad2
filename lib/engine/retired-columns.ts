import type { Step } from '@/lib/core/plan';
import { quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { MoveContext } from './move-context';

/** Records a column that is renamed away. */
export function rememberRetired(
  context: MoveContext,
  retired: NonNullable<Step['retires']>,
  reason: 'contract' | 'kept',
): string {
  const values = [
    context.lease.rolloutId,
    retired.table.schema,
    retired.table.name,
    retired.column,
    retired.retiredName,
    reason,
  ].map(quoteLiteral);
  return `INSERT INTO segue.retired (rollout_id, table_schema, table_name, column_name, retired_name, reason) VALUES (${values.join(', ')})`;
}

/** The same taken back. */
export function forgetRetired(table: Step['table'], retiredName: string): string {
  return `DELETE FROM segue.retired WHERE table_schema = ${quoteLiteral(table.schema)} AND table_name = ${quoteLiteral(table.name)} AND retired_name = ${quoteLiteral(retiredName)}`;
}

/** After a purge the retired columns of this table that are gone from the catalog need no record. */
export function forgetPurged(context: MoveContext, step: Step): string {
  return `DELETE FROM segue.retired r WHERE r.rollout_id = ${quoteLiteral(context.lease.rolloutId)} AND r.table_schema = ${quoteLiteral(step.table.schema)} AND r.table_name = ${quoteLiteral(step.table.name)}
AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = to_regclass(${quoteLiteral(quoteName(step.table))}) AND a.attname = r.retired_name AND NOT a.attisdropped)`;
}

/** True where an added column was taken out of use and kept. */
export async function isRetired(context: MoveContext, step: Step): Promise<boolean> {
  if (step.keep === undefined) return false;
  const rows = await context.lease.session.sql`
    SELECT 1 FROM segue.retired WHERE table_schema = ${step.keep.table.schema} AND table_name = ${step.keep.table.name} AND retired_name = ${step.keep.retiredName}`;
  return rows.length > 0;
}
