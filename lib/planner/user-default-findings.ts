import type { Finding } from '@/lib/core/plan';
import { parseExpression } from '@/lib/sql/expression';
import type { ColumnInfo, TableInfo } from './catalog';
import { relationLabel } from './plan-parts';

/** A default that asks who writes: the sync, which works it out where new code sets the new column to DEFAULT, is its owner. */
export function userDefaultFindings(table: TableInfo, column: ColumnInfo, operation: number): Finding[] {
  if (column.default === null || !parseExpression(column.default).readsUser) return [];
  return [
    {
      rule: 'default-reads-user',
      severity: 'warning',
      operation,
      message: `The default of ${relationLabel(table)}.${column.name} reads current_user. Until Retire, UPDATE … SET to DEFAULT by the new name writes the role that owns the sync, not who writes.`,
      fix: 'Until then let new code write the name itself, or make session_user the default.',
    },
  ];
}
