import type postgres from 'postgres';
import type { BackfillWork } from '@/lib/core/plan';
import type { RowsDelete } from '@/lib/core/rows-delete';
import { deleteStatements } from '@/lib/planner/delete-statements';
import { keyRange } from './key-range';
import type { Stretch } from './rows-batch';

/**
 * The rows of one batch, within the batch's transaction: locked and kept, then those that go with them by ON DELETE CASCADE, then
 * deleted. Returns how many rows of the table itself went.
 */
export async function deleteRows(
  tx: postgres.TransactionSql,
  { key }: BackfillWork,
  rows: RowsDelete,
  { relation, after, upTo }: Stretch,
): Promise<number> {
  const within = (row: string) => keyRange(key, after, upTo, row);
  const statements = deleteStatements(rows, relation, (row) => within(row).condition);
  await tx.unsafe(statements.take, within('t').values);
  for (const statement of statements.along) await tx.unsafe(statement);
  const { count } = await tx.unsafe(statements.remove);
  for (const statement of statements.settle) await tx.unsafe(statement);
  return count;
}
