import type { Step } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import { alterTable, exclusiveOn, makeStep, type OperationContext } from '../plan-parts';
import { type Recast, recastSync } from '../sync/recast';
import { listed } from './listed';

/** Switch: the new side wins conflicts, and what was proven takes its final form. The strongest lock comes first. */
export function leadStep(context: OperationContext, recast: Recast): Step {
  const { table } = context;
  const filled = recast.news.filter((column) => column.notNull);
  const alter = (what: 'SET' | 'DROP') =>
    filled.map((column) => `${alterTable(table)} ALTER COLUMN ${quoteIdent(column.name)} ${what} NOT NULL`);
  return makeStep(context, {
    slug: 'lead',
    phase: 'switch',
    title: `Let ${listed(recast.news)} lead`,
    sql: [...alter('SET'), ...recastSync(recast, 'new_leads')],
    undo: [...alter('DROP'), ...recastSync(recast, 'old_leads')],
    locks: filled.length === 0 ? [] : exclusiveOn(table),
  });
}
