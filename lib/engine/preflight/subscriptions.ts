import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { listed, type PreflightQuestion, statementsOf } from './question';

/** Steps after which a name is gone by which a publisher may send rows. */
const LOST_NAMES = /\b(?:RENAME COLUMN|DROP COLUMN|RENAME TO|DROP TABLE)\b/i;

/**
 * Where the table is itself a subscriber's: rows come in by the publisher's names, and the subscription stops at the first
 * row whose column is gone. What comes in before is kept the same on both sides like any other write.
 */
export const subscriptions: PreflightQuestion = {
  id: 'preflight.subscriptions',
  title: 'No publisher writes by the name that goes',
  ask: async ({ target, phase, plan, direction }) => {
    const goes = phase.steps.some((step) =>
      statementsOf(step, direction).some((statement) => LOST_NAMES.test(statement)),
    );
    if (!goes) return null;
    const rows = await target.sql<{ subscription: string; table: string; enabled: boolean }[]>`
      SELECT s.subname::text AS subscription, n.nspname || '.' || c.relname AS table, s.subenabled AS enabled
      FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid JOIN pg_class c ON c.oid = r.srrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ARRAY[c.oid, pg_partition_root(c.oid)::oid] && ARRAY(SELECT to_regclass(t)::oid FROM unnest(${plan.tables.map(quoteName)}::text[]) t)
      ORDER BY 1, 2`;
    if (rows.length === 0) return null;
    const lost = phase.steps.flatMap((step) =>
      direction === 'forward'
        ? (step.retires?.column ?? [])
        : (step.keep?.column ?? step.retires?.retiredName ?? []),
    );
    const names = [...new Set(lost)].map(quoteIdent);
    const who = `The subscription ${listed([...new Set(rows.map(({ subscription }) => subscription))])} writes to ${listed([...new Set(rows.map(({ table }) => table))])}.`;
    const stops = `It stops at the first row that comes in by ${names.length === 0 ? 'a name that goes' : listed(names)}`;
    return {
      // Back, only what code of before never knew goes: who sends it had to be out of service a phase ago.
      outcome: direction === 'forward' ? 'inconclusive' : 'warning',
      summary: `${who} ${stops}${direction === 'forward' ? ': let the publisher send the new one first' : ''}.`,
      evidence: rows.map((row) => ({ ...row })),
    };
  },
};
