import { quoteName } from '@/lib/core/sql-text';
import { listed, type PreflightQuestion } from './question';

interface Row {
  publication: string;
  table: string;
  columns: string;
  listed: boolean;
}

/** Steps that give the table a column that a subscriber may not have, or take one's name away. */
const NEW_NAMES = /\bADD COLUMN\b|\bRENAME COLUMN\b|\bRENAME TO\b/i;

/**
 * A subscriber that lacks a published column stops replicating at the first row that has it. A publication with a list of
 * columns leaves new ones out by itself.
 */
export const publications: PreflightQuestion = {
  id: 'preflight.publications',
  title: 'Subscribers are ready for the columns',
  ask: async ({ target, phase, plan }) => {
    if (!phase.steps.some((step) => step.sql.some((statement) => NEW_NAMES.test(statement)))) return null;
    // Before 15 there are no column lists, and pg_publication_rel has no such field.
    const rows = await target.sql<Row[]>`
      SELECT p.pubname::text AS publication, p.schemaname || '.' || p.tablename AS table, coalesce(l.list IS NOT NULL, false) AS listed,
        coalesce((SELECT string_agg(a.attname::text, ', ' ORDER BY a.attnum) FROM pg_attribute a
          WHERE a.attrelid = l.prrelid AND a.attnum::text = ANY (regexp_split_to_array(btrim(l.list, '[]"'), '[, ]+'))), '') AS columns
      FROM pg_publication_tables p JOIN pg_namespace n ON n.nspname = p.schemaname JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
      LEFT JOIN LATERAL (
        SELECT r.prrelid, to_jsonb(r) ->> 'prattrs' AS list FROM pg_publication_rel r JOIN pg_publication b ON b.oid = r.prpubid
        WHERE b.pubname = p.pubname AND (r.prrelid = c.oid OR r.prrelid = pg_partition_root(c.oid)) LIMIT 1
      ) l ON true
      WHERE ARRAY[c.oid, pg_partition_root(c.oid)::oid] && ARRAY(SELECT to_regclass(t)::oid FROM unnest(${plan.tables.map(quoteName)}::text[]) t)
      ORDER BY 1, 2`;
    const open = rows.filter((row) => !row.listed);
    if (rows.length === 0) return null;
    const evidence = rows.map((row) => ({
      publication: row.publication,
      table: row.table,
      columns: row.listed ? row.columns : 'all, new ones too',
    }));
    if (open.length === 0)
      return {
        outcome: 'pass',
        summary: 'Published with a list of columns: new ones are left out.',
        evidence,
      };
    const slots = await target.sql<{ slot: string; active: boolean }[]>`
      SELECT slot_name::text AS slot, active FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database() ORDER BY 1`;
    return {
      outcome: 'inconclusive',
      summary: `${listed([...new Set(open.map(({ publication }) => publication))])} publishes every column of ${listed([...new Set(open.map(({ table }) => table))])}. A subscriber without the column stops at the first row that has it: change its table first${slots.length > 0 ? ` (${listed(slots.map(({ slot }) => slot))})` : ''}.`,
      evidence: [
        ...evidence,
        ...slots.map(({ slot, active }) => ({
          subscriber_slot: slot,
          state: active ? 'connected' : 'not connected',
        })),
      ],
    };
  },
};
