import { quoteName } from '@/lib/core/sql-text';
import { listed, ownTables, type PreflightQuestion } from './question';

/** What interrupted builds of others left: they cost every write, and an invalid unique index refuses rows. */
export const invalidIndexes: PreflightQuestion = {
  id: 'preflight.invalid_indexes',
  title: 'No invalid index is on the table',
  ask: async (scope) => {
    // Our own half-built ones are dropped before they are built again.
    const ours = scope.plan.phases.flatMap((phase) => phase.steps.flatMap((step) => step.index?.name ?? []));
    const rows = await scope.target.sql<{ index: string; table: string; drop: string }[]>`
      SELECT c.relname::text AS index, i.indrelid::regclass::text AS table, 'DROP INDEX CONCURRENTLY ' || i.indexrelid::regclass AS drop
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = ANY (SELECT to_regclass(name)::oid FROM unnest(${ownTables(scope).map(quoteName)}::text[]) name)
        AND c.relkind = 'i' AND (NOT i.indisvalid OR c.relname ~ '_cc(new|old)[0-9]*$') AND NOT c.relname = ANY (${ours}::text[]) ORDER BY 1`;
    if (rows.length === 0) return null;
    return {
      outcome: 'warning',
      summary: `${listed(rows.map(({ index }) => index))}: left by an index build that was cut short. Drop or rebuild ${rows.length === 1 ? 'it' : 'them'}.`,
      evidence: rows.map((row) => ({ ...row })),
    };
  },
};
