import type postgres from 'postgres';

/**
 * A schema of the application as a superuser sees it, one line per fact, written independently of the engine's own
 * facts. Left out: attribute numbers, schema `segue`, retired columns.
 */
const DUMP = `
WITH rel AS (
  SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'S', 'v', 'i', 'I')
), col AS (
  SELECT r.relname, a.* FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid WHERE r.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped AND a.attname !~ '^segue_retired_'
)
SELECT line FROM (
  SELECT format('relation %s %s owner %s acl %s options %s comment %s', relkind, relname, relowner::regrole, (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(relacl) x), reloptions, obj_description(oid, 'pg_class')) AS line FROM rel
  UNION ALL
  SELECT format('column %s.%s %s notnull %s default %s acl %s comment %s statistics %s storage %s compression %s options %s collation %s identity %s generated %s', relname, attname, format_type(atttypid, atttypmod), attnotnull,
    (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum), (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(attacl) x), col_description(attrelid, attnum),
    nullif(coalesce(to_jsonb(col) ->> 'attstattarget', '-1'), '-1'), attstorage, attcompression, attoptions, attcollation::regcollation, attidentity, attgenerated) FROM col
  UNION ALL
  SELECT format('constraint %s %I %s validated %s enforced %s comment %s', rel.relname, conname, pg_get_constraintdef(c.oid), convalidated, coalesce(to_jsonb(c) ->> 'conenforced', 'true'), obj_description(c.oid, 'pg_constraint'))
    FROM pg_constraint c JOIN rel ON rel.oid = c.conrelid
    WHERE NOT (contype = 'n' AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = conrelid AND a.attnum = ANY (conkey) AND a.attname ~ '^segue_retired_'))
  UNION ALL
  SELECT format('index %s valid %s ready %s clustered %s replica %s tablespace %s statistics %s comment %s', pg_get_indexdef(indexrelid), indisvalid, indisready, indisclustered, indisreplident,
    (SELECT reltablespace FROM pg_class WHERE oid = indexrelid), (SELECT array_agg(coalesce(nullif(attstattarget, -1)::text, '') || coalesce(attoptions::text, '') ORDER BY attnum) FROM pg_attribute WHERE attrelid = indexrelid), obj_description(indexrelid, 'pg_class'))
    FROM pg_index JOIN rel ON rel.oid = indrelid
  UNION ALL
  SELECT format('trigger %s enabled %s body %s', pg_get_triggerdef(t.oid), tgenabled, md5(prosrc)) FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid JOIN rel ON rel.oid = tgrelid WHERE NOT tgisinternal
  UNION ALL
  SELECT format('sequence %s owned by %s.%s', d.objid::regclass, d.refobjid::regclass, (SELECT attname FROM pg_attribute WHERE attrelid = d.refobjid AND attnum = d.refobjsubid))
    FROM pg_depend d JOIN rel ON rel.oid = d.objid AND rel.relkind = 'S' WHERE d.deptype IN ('a', 'i') AND d.refobjsubid > 0
  UNION ALL
  SELECT format('view %s %s', relname, pg_get_viewdef(oid)) FROM rel WHERE relkind = 'v'
  UNION ALL
  SELECT format('policy %s %s %s', rel.relname, polname, pg_get_expr(polqual, polrelid)) FROM pg_policy JOIN rel ON rel.oid = polrelid
  UNION ALL
  SELECT format('statistics %s', pg_get_statisticsobjdef(s.oid)) FROM pg_statistic_ext s JOIN rel ON rel.oid = stxrelid
  UNION ALL
  SELECT format('function %s acl %s %s', p.oid::regprocedure, p.proacl, md5(prosrc)) FROM pg_proc p WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
) lines ORDER BY line COLLATE "C"`;

export async function dumpCatalog(superuser: postgres.Sql, schema = 'public'): Promise<string[]> {
  const rows = await superuser.unsafe<{ line: string }[]>(DUMP, [schema]);
  return rows.map((row) => row.line);
}

/** What Segue has in the database beside its journal tables: functions, triggers, constraints, columns by its names. */
export async function segueLeftovers(superuser: postgres.Sql): Promise<string[]> {
  const rows = await superuser<{ what: string }[]>`
    SELECT 'function ' || p.oid::regprocedure AS what FROM pg_proc p WHERE p.pronamespace = to_regnamespace('segue') AND p.proname <> 'fence'
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname ~ 'segue' AND NOT tgisinternal
    UNION ALL SELECT 'constraint ' || conname FROM pg_constraint c WHERE conname ~ 'segue' AND c.connamespace <> to_regnamespace('segue')
    UNION ALL SELECT 'column ' || attrelid::regclass || '.' || attname FROM pg_attribute WHERE attname ~ '^segue_' AND NOT attisdropped
    UNION ALL SELECT 'index ' || relname FROM pg_class WHERE relkind = 'i' AND relname ~ 'segue' AND relnamespace <> to_regnamespace('segue') AND relnamespace <> 'pg_toast'::regnamespace
    ORDER BY 1`;
  return rows.map((row) => row.what);
}
