import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { publishesEverything, unpublishedSchema } from '../published-schema';
import { listed, type PreflightQuestion, type PreflightScope, statementsOf } from './question';

interface Row {
  publication: string;
  table: string;
  columns: string;
  listed: boolean;
  /** Updates are published, and nothing stands for the row in them. */
  nameless: boolean;
}

interface Slot {
  readonly slot: string;
  readonly active: boolean;
}

/** Steps that give the table a column that a subscriber may not have, or take one's name away. */
const NEW_NAMES = /\bADD COLUMN\b|\bRENAME COLUMN\b|\bRENAME TO\b/i;

/**
 * A subscriber that lacks a published column stops replicating at the first row that has it. A publication with a list of
 * columns leaves new ones out by itself, but holds on to those that it names; and one of all tables takes Segue's own along.
 */
export const publications: PreflightQuestion = {
  id: 'preflight.publications',
  title: 'Subscribers are ready for the columns',
  ask: async (scope) => {
    const { phase, direction } = scope;
    const everything = await unpublishedSchema(scope.target.sql);
    const renames = phase.steps.some((step) =>
      statementsOf(step, direction).some((statement) => NEW_NAMES.test(statement)),
    );
    const copies = direction === 'forward' && phase.steps.some((step) => step.backfill !== undefined);
    const drops = phase.kind === 'purge';
    if (!renames && !copies && !drops && everything.length === 0) return null;
    const rows = await readPublished(scope);
    if (rows.length === 0 && everything.length === 0) return null;
    const evidence = rows.map((row) => ({
      publication: row.publication,
      table: row.table,
      columns: row.listed ? row.columns : 'all, new ones too',
    }));
    const held = await readHeldColumns(scope);
    if (held.length > 0)
      return {
        outcome: 'fail',
        summary: `${listed(held.map(({ publication, column }) => `${publication} names ${quoteIdent(column)}`))} in its list of columns or its row filter. Take it out first: ALTER PUBLICATION … SET TABLE.`,
        evidence: held.map((row) => ({ ...row })),
      };
    const nameless = copies ? rows.filter((row) => row.nameless) : [];
    if (nameless.length > 0)
      return {
        outcome: 'fail',
        summary: `Rows of ${listed([...new Set(nameless.map(({ table }) => table))])} cannot be updated: ${listed([...new Set(nameless.map(({ publication }) => publication))])} publishes updates, and the table has no replica identity. ALTER TABLE … REPLICA IDENTITY FULL, or add a primary key.`,
        evidence,
      };
    const open = renames ? rows.filter((row) => !row.listed) : [];
    if (open.length === 0 && everything.length === 0)
      return renames
        ? { outcome: 'pass', summary: 'Published with a list of columns: new ones are left out.', evidence }
        : null;
    const slots = await scope.target.sql<Slot[]>`
      SELECT slot_name::text AS slot, active FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database() ORDER BY 1`;
    const summary = [
      ...(open.length > 0 ? [askForColumns(scope, open, slots)] : []),
      ...everything.map(publishesEverything),
    ];
    return {
      outcome: 'inconclusive',
      summary: summary.join(' '),
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

function askForColumns(
  { phase, direction }: PreflightScope,
  open: readonly Row[],
  slots: readonly Slot[],
): string {
  const who = `${listed([...new Set(open.map(({ publication }) => publication))])} publishes every column of ${listed([...new Set(open.map(({ table }) => table))])}.`;
  const where = slots.length > 0 ? ` (${listed(slots.map(({ slot }) => slot))})` : '';
  // On the way back from Add a column has its retired name for a moment, before it is dropped.
  const taken = direction === 'back' ? phase.steps.flatMap((step) => step.keep ?? []) : [];
  if (taken.length > 0) {
    const names = taken.map(
      ({ column, retiredName }) => `${quoteIdent(column)} as ${quoteIdent(retiredName)}`,
    );
    return `${who} Rows that are written while the column goes may be sent with ${listed(names)}: a subscriber stops at such a row until its table has a column of that name${where}.`;
  }
  const away = phase.steps.flatMap((step) =>
    step.retires === undefined || step.retires.column === '' ? [] : [step.retires],
  );
  if (away.length === 0)
    return `${who} A subscriber without the column stops at the first row that has it: change its table first${where}.`;
  const names = away.map(({ column, retiredName }) => {
    const [from, to] = direction === 'forward' ? [column, retiredName] : [retiredName, column];
    return `${quoteIdent(from)} is sent as ${quoteIdent(to)}`;
  });
  return `${who} From now on ${listed(names)}: a subscriber stops at the first row until its table has a column of that name${where}.`;
}

/** Publications of the plan's tables or of their partitions. Before 15 there are no column lists, and pg_publication_rel has no such field. */
function readPublished({ target, plan }: PreflightScope): Promise<Row[]> {
  return target.sql<Row[]>`
    SELECT p.pubname::text AS publication, p.schemaname || '.' || p.tablename AS table, coalesce(l.list IS NOT NULL, false) AS listed,
      coalesce((SELECT string_agg(a.attname::text, ', ' ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = l.prrelid AND a.attnum::text = ANY (regexp_split_to_array(btrim(l.list, '[]"'), '[, ]+'))), '') AS columns,
      b.pubupdate AND EXISTS (
        SELECT 1 FROM pg_class t
        WHERE t.relkind = 'r' AND (t.oid = c.oid OR t.oid IN (SELECT relid FROM pg_partition_tree(c.oid)))
          AND (t.relreplident = 'n' OR t.relreplident = 'd' AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
            OR t.relreplident = 'i' AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indisreplident))
      ) AS nameless
    FROM pg_publication_tables p JOIN pg_publication b ON b.pubname = p.pubname
    JOIN pg_namespace n ON n.nspname = p.schemaname JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
    LEFT JOIN LATERAL (
      SELECT r.prrelid, to_jsonb(r) ->> 'prattrs' AS list FROM pg_publication_rel r
      WHERE r.prpubid = b.oid AND (r.prrelid = c.oid OR r.prrelid = pg_partition_root(c.oid)) LIMIT 1
    ) l ON true
    WHERE ARRAY[c.oid, pg_partition_root(c.oid)::oid] && ARRAY(SELECT to_regclass(t)::oid FROM unnest(${plan.tables.map(quoteName)}::text[]) t)
    ORDER BY 1, 2`;
}

/** Columns that the phase takes out of use or drops, and that a list or a filter names. */
function readHeldColumns({
  target,
  plan,
  phase,
  direction,
}: PreflightScope): Promise<{ publication: string; table: string; column: string }[]> {
  const steps = phase.kind === 'purge' ? plan.phases.flatMap((each) => each.steps) : phase.steps;
  const names = steps.flatMap((step) => {
    // Back, only a column that was added goes; one that comes back takes its place in the list along.
    const goes = direction === 'forward' ? step.retires : step.keep;
    return goes === undefined ? [] : [goes.column, goes.retiredName];
  });
  return target.sql<{ publication: string; table: string; column: string }[]>`
    SELECT DISTINCT b.pubname::text AS publication, d.refobjid::regclass::text AS table, a.attname::text AS column
    FROM pg_depend d JOIN pg_publication_rel r ON r.oid = d.objid JOIN pg_publication b ON b.oid = r.prpubid
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_publication_rel'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
      AND d.refobjid = ANY (SELECT to_regclass(t)::oid FROM unnest(${plan.tables.map(quoteName)}::text[]) t) AND a.attname = ANY (${names}::text[])
    ORDER BY 1, 2, 3`;
}
