import type { CheckWork } from '@/lib/core/plan';
import { quoteName, type RelationName } from '@/lib/core/sql-text';
import { countOf } from './row-checks';
import type { CheckScope, Finding } from './run-check';
import { checkTypeUnused } from './type-unused';

type CatalogWork = Extract<
  CheckWork,
  {
    kind:
      | 'indexes_valid'
      | 'constraints_validated'
      | 'sync_in_place'
      | 'function_bodies'
      | 'dependents'
      | 'table_dependents'
      | 'type_unused'
      | 'index_usage'
      | 'retention';
  }
>;

/** The checks that look at the catalog. */
export async function checkCatalog(scope: CheckScope, work: CatalogWork): Promise<Finding> {
  switch (work.kind) {
    case 'indexes_valid':
      return indexesValid(scope, work);
    case 'constraints_validated':
      return constraintsValidated(scope, work);
    case 'sync_in_place':
      return syncInPlace(scope, work);
    case 'function_bodies':
      return functionBodies(scope, work);
    case 'dependents':
      return dependents(scope, work);
    case 'table_dependents':
      return tableDependents(scope, work);
    case 'type_unused':
      return checkTypeUnused(scope, work);
    case 'index_usage':
      return indexUsage(scope, work);
    case 'retention':
      return retention(scope);
  }
}

type Work<K extends CatalogWork['kind']> = Extract<CatalogWork, { kind: K }>;

async function indexesValid({ target }: CheckScope, work: Work<'indexes_valid'>): Promise<Finding> {
  const rows = await target.sql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${work.table.schema} AND c.relname = ANY (${[...work.names]}::text[]) AND i.indisvalid AND i.indisready`;
  const bad = work.names.filter((name) => !rows.some((row) => row.name === name));
  if (bad.length === 0)
    return { outcome: 'pass', summary: `${work.names.length} of ${work.names.length} indexes are valid.` };
  return {
    outcome: 'fail',
    summary: `Missing or invalid: ${bad.join(', ')}.`,
    evidence: bad.map((index) => ({ index })),
  };
}

async function constraintsValidated(
  { target }: CheckScope,
  work: Work<'constraints_validated'>,
): Promise<Finding> {
  const rows = await target.sql<{ name: string }[]>`
    SELECT conname AS name FROM pg_constraint WHERE conrelid = ${quoteName(work.table)}::regclass AND conname = ANY (${[...work.names]}::text[]) AND convalidated`;
  const bad = work.names.filter((name) => !rows.some((row) => row.name === name));
  if (bad.length === 0)
    return {
      outcome: 'pass',
      summary: `${work.names.length} of ${work.names.length} constraints are proven.`,
    };
  return {
    outcome: 'fail',
    summary: `Missing or not proven: ${bad.join(', ')}.`,
    evidence: bad.map((constraint) => ({ constraint })),
  };
}

/** On partitions too: their copies of the triggers can be switched off alone, and they may have triggers of their own. */
async function syncInPlace(scope: CheckScope, work: Work<'sync_in_place'>): Promise<Finding> {
  const { target } = scope;
  const table = quoteName(work.table);
  const rows = await target.sql<
    { name: string; place: string; enabled: string; earlier: string | null; later: string | null }[]
  >`
    SELECT t.tgname AS name, t.tgenabled AS enabled,
      CASE WHEN own.relid = ${table}::regclass THEN '' ELSE ' of the partition ' || own.relid::regclass::text END AS place,
      CASE WHEN t.tgname LIKE '!segue%' AND t.tgtype & 1 = 1 THEN (SELECT min(o.tgname::text) FROM pg_trigger o
       WHERE o.tgrelid = t.tgrelid AND NOT o.tgisinternal AND o.tgtype & 7 = 7 AND o.tgname::text NOT LIKE '!segue%'
         AND o.tgname::text COLLATE "C" < t.tgname::text COLLATE "C") END AS earlier,
      CASE WHEN t.tgname NOT LIKE '!segue%' THEN (SELECT min(o.tgname::text) FROM pg_trigger o JOIN pg_proc p ON p.oid = o.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE o.tgrelid = t.tgrelid AND NOT o.tgisinternal AND n.nspname <> 'segue' AND o.tgtype & 3 = 3 AND o.tgtype & t.tgtype & 28 <> 0
         AND o.tgname::text COLLATE "C" > t.tgname::text COLLATE "C") END AS later
    FROM (SELECT ${table}::regclass::oid AS relid UNION SELECT relid FROM pg_partition_tree(${table}::regclass)) own
    JOIN pg_trigger t ON t.tgrelid = own.relid WHERE t.tgname = ANY (${[...work.triggers]}::text[]) ORDER BY own.relid`;
  const missing = work.triggers.filter((name) => !rows.some((row) => row.name === name));
  if (missing.length > 0)
    return {
      outcome: 'fail',
      summary: `Missing: ${missing.join(', ')}.`,
      evidence: missing.map((trigger) => ({ trigger })),
    };
  const off = rows.find((row) => row.enabled === 'D' || row.enabled === 'R');
  if (off !== undefined)
    return {
      outcome: 'fail',
      summary: `The trigger ${off.name}${off.place} is switched off.`,
      evidence: [{ trigger: off.name }],
    };
  const late = rows.find((row) => row.later !== null);
  if (late !== undefined)
    return {
      outcome: 'fail',
      summary: `The trigger ${late.later}${late.place} runs after the sync and could change what it wrote: rename it so that it sorts before zzz_segue.`,
      evidence: [{ trigger: late.later }],
    };
  const early = rows.find((row) => row.earlier !== null);
  if (early !== undefined)
    return {
      outcome: 'fail',
      summary: `The trigger ${early.earlier}${early.place} runs before Segue has seen what the writer left out: rename it so that it sorts after !segue.`,
      evidence: [{ trigger: early.earlier }],
    };
  return (
    (await attachedLater(scope, work)) ?? {
      outcome: 'pass',
      summary: 'In place, switched on, and the last to run.',
    }
  );
}

/**
 * A partition that somebody attached after the copy has the triggers from then on, and rows that never met them. Its
 * triggers were made by another transaction than those of the table; so were those of a partition made empty, whose rows
 * all went through the sync.
 */
async function attachedLater(
  scope: CheckScope,
  { table, triggers, notCopied }: Work<'sync_in_place'>,
): Promise<Finding | null> {
  if (notCopied === undefined) return null;
  const root = quoteName(table);
  const leaves = await scope.target.sql<RelationName[]>`
    SELECT DISTINCT n.nspname AS schema, c.relname AS name
    FROM pg_partition_tree(${root}::regclass) p JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = ANY (${[...triggers]}::text[])
    JOIN pg_trigger above ON above.tgrelid = ${root}::regclass AND above.tgname = t.tgname
    WHERE p.isleaf AND c.relkind = 'r' AND c.oid <> ${root}::regclass AND t.xmin <> above.xmin ORDER BY 1, 2`;
  for (const leaf of leaves) {
    // A partition of before yesterday may be large by now: no single statement reads it.
    if ((await countOf(scope, leaf, notCopied)) === 0) continue;
    const name = `${leaf.schema}.${leaf.name}`;
    return {
      outcome: 'fail',
      summary: `The partition ${name} was attached after the copy: its rows have one side only. Roll Sync back and go forward again.`,
      evidence: [{ partition: name }],
    };
  }
  return null;
}

/** Function bodies are text to PostgreSQL: pg_depend does not know what they name. */
async function functionBodies({ target }: CheckScope, work: Work<'function_bodies'>): Promise<Finding> {
  const rows = await target.sql<{ function: string; trigger: string | null }[]>`
    SELECT p.oid::regprocedure::text AS function, (SELECT min(t.tgname::text) FROM pg_trigger t WHERE t.tgfoid = p.oid AND t.tgrelid = ${quoteName(work.table)}::regclass) AS trigger
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'segue') AND l.lanname IN ('plpgsql', 'sql')
      AND p.prosrc ~ ('\\m' || regexp_replace(${work.column}, '([^[:alnum:]_])', '\\\\\\1', 'g') || '\\M')
      AND (p.prosrc ~ ('\\m' || regexp_replace(${work.table.name}, '([^[:alnum:]_])', '\\\\\\1', 'g') || '\\M')
           OR EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgfoid = p.oid AND t.tgrelid = ${quoteName(work.table)}::regclass))
    ORDER BY 1 LIMIT 20`;
  if (rows.length === 0) return { outcome: 'pass', summary: `No function names ${work.column}.` };
  const trigger = rows.find((row) => row.trigger !== null);
  if (trigger !== undefined) {
    return {
      outcome: 'fail',
      summary: `${trigger.function}, which the trigger ${trigger.trigger} of this table runs, names ${work.column}: every write would fail.`,
      evidence: rows.map((row) => ({ ...row })),
    };
  }
  return {
    outcome: 'inconclusive',
    summary: `${rows.length === 1 ? 'A function mentions' : `${rows.length} functions mention`} ${work.column}: ${rows.map((row) => row.function).join(', ')}.`,
    evidence: rows.map((row) => ({ ...row })),
  };
}

async function dependents({ target }: CheckScope, work: Work<'dependents'>): Promise<Finding> {
  const rows = await target.sql<{ object: string }[]>`
    SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) AS object
    FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.refclassid = 'pg_class'::regclass AND a.attrelid = ${quoteName(work.table)}::regclass AND a.attname = ${work.column}
      AND d.classid IN ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_publication_rel'::regclass, 'pg_proc'::regclass)
    UNION
    SELECT 'foreign key ' || c.conname || ' of ' || c.conrelid::regclass FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = ANY (c.confkey)
    WHERE c.contype = 'f' AND a.attrelid = ${quoteName(work.table)}::regclass AND a.attname = ${work.column}
    ORDER BY 1`;
  if (rows.length === 0) return { outcome: 'pass', summary: 'Nothing depends on it.' };
  return {
    outcome: 'fail',
    summary: `${rows.map((row) => row.object).join(', ')} still ${rows.length === 1 ? 'depends' : 'depend'} on it.`,
    evidence: rows.map((row) => ({ ...row })),
  };
}

/** What DROP TABLE would refuse, or take with it. */
async function tableDependents({ target }: CheckScope, work: Work<'table_dependents'>): Promise<Finding> {
  const rows = await target.sql<{ object: string }[]>`
    SELECT DISTINCT pg_describe_object('pg_class'::regclass, r.ev_class, 0) AS object
    FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass(${quoteName(work.table)}) AND r.ev_class <> d.refobjid
    UNION
    SELECT 'foreign key ' || c.conname || ' of ' || c.conrelid::regclass FROM pg_constraint c
    WHERE c.contype = 'f' AND c.confrelid = to_regclass(${quoteName(work.table)}) AND c.conrelid <> c.confrelid
    UNION
    SELECT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass(${quoteName(work.table)})
       OR d.refclassid = 'pg_type'::regclass AND d.deptype = 'n' AND d.objid <> to_regclass(${quoteName(work.table)})
          AND d.refobjid IN (SELECT unnest(ARRAY[t.oid, t.typarray]) FROM pg_type t WHERE t.typrelid = to_regclass(${quoteName(work.table)}))
    ORDER BY 1`;
  if (rows.length === 0) return { outcome: 'pass', summary: 'Nothing depends on it.' };
  return {
    outcome: 'fail',
    summary: `${rows.map((row) => row.object).join(', ')} still ${rows.length === 1 ? 'depends' : 'depend'} on it.`,
    evidence: rows.map((row) => ({ ...row })),
  };
}

/** How long the use of an index is watched. */
const INDEX_WATCH_MS = 400;

async function indexUsage({ target }: CheckScope, work: Work<'index_usage'>): Promise<Finding> {
  const scans = async () => {
    const [row] = await target.sql<{ scans: number }[]>`
      SELECT idx_scan::double precision AS scans FROM pg_stat_all_indexes WHERE schemaname = ${work.table.schema} AND indexrelname = ${work.index}`;
    return row?.scans ?? 0;
  };
  const before = await scans();
  await new Promise((resolve) => setTimeout(resolve, INDEX_WATCH_MS));
  const after = await scans();
  const total = `${after.toLocaleString('en')} ${after === 1 ? 'scan' : 'scans'} since the statistics began`;
  if (after > before)
    return {
      outcome: 'inconclusive',
      summary: `A query used ${work.index} just now (${total}).`,
      evidence: [{ index: work.index, scans: after }],
    };
  return { outcome: 'pass', summary: `${work.index} was not used just now (${total}).` };
}

async function retention({ target, rolloutId, waivesRetention }: CheckScope): Promise<Finding> {
  const [row] = await target.sql<{ until: Date | null; passed: boolean }[]>`
    SELECT retained_until AS until, coalesce(retained_until <= clock_timestamp(), true) AS passed FROM segue.rollouts WHERE id = ${rolloutId}`;
  if (row?.passed !== false) return { outcome: 'pass', summary: 'The retention time has passed.' };
  const until = row.until?.toISOString().slice(0, 16).replace('T', ' ') ?? '';
  if (waivesRetention) return { outcome: 'pass', summary: `Kept until ${until} UTC; waived.` };
  return { outcome: 'fail', summary: `Kept until ${until} UTC.` };
}
