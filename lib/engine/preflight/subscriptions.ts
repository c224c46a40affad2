import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { listed, type PreflightQuestion } from './question';

/** Steps after which a name is gone by which a publisher may send rows. */
const LOST_NAMES = /\b(?:RENAME COLUMN|DROP COLUMN|RENAME TO|DROP TABLE)\b/i;

/**
 * Where the table is itself a subscriber's: rows come in by the publisher's names, and the subscription stops at the first
 * row whose column is gone. What comes in before is kept the same on both sides like any other write.
 */
export const subscriptions: PreflightQuestion = {
  id: 'preflight.subscriptions',
  title: 'No publisher writes by the name that goes',
  ask: async ({ target, phase, plan }) => {
    if (!phase.steps.some((step) => step.sql.some((statement) => LOST_NAMES.test(statement)))) return null;
    const rows = await target.sql<{ subscription: string; table: string; enabled: boolean }[]>`
      SELECT s.subname::text AS subscription, n.nspname || '.' || c.relname AS table, s.subenabled AS enabled
      FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid JOIN pg_class c ON c.oid = r.srrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ARRAY[c.oid, pg_partition_root(c.oid)::oid] && ARRAY(SELECT to_regclass(t)::oid FROM unnest(${plan.tables.map(quoteName)}::text[]) t)
      ORDER BY 1, 2`;
    if (rows.length === 0) return null;
    const names = [...new Set(phase.steps.flatMap((step) => step.retires?.column ?? []))].map(quoteIdent);
    return {
      outcome: 'inconclusive',
      summary: `The subscription ${listed([...new Set(rows.map(({ subscription }) => subscription))])} writes to ${listed([...new Set(rows.map(({ table }) => table))])}. It stops at the first row that comes in by ${names.length === 0 ? 'a name that goes' : listed(names)}: let the publisher send the new one first.`,
      evidence: rows.map((row) => ({ ...row })),
    };
  },
};
