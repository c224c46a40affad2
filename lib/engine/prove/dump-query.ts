/**
 * Everything that an application's schemas hold, one line per fact, as a superuser sees it; $1: schemas, separated by commas,
 * or NULL for all of the application. Written independently of the engine's own facts. Left out: attribute numbers, the schema `segue`, what
 * extensions brought, retired columns.
 */
export const DUMP_QUERY = `
WITH ns AS (
  SELECT * FROM pg_namespace n WHERE CASE WHEN $1::text IS NULL THEN nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'segue', 'segue_watch') ELSE nspname = ANY (string_to_array($1, ',')) END
), brought AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), rel AS (
  SELECT c.*, c.oid::regclass::text AS label FROM pg_class c JOIN ns ON ns.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f', 'i', 'I') AND NOT EXISTS (SELECT 1 FROM brought WHERE classid = 'pg_class'::regclass AND objid = c.oid)
), col AS (
  SELECT r.label, a.* FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND a.attname !~ '^segue_retired_'
), typ AS (
  SELECT t.*, t.oid::regtype::text AS label FROM pg_type t JOIN ns ON ns.oid = t.typnamespace
  WHERE t.typtype IN ('e', 'd', 'r') AND NOT EXISTS (SELECT 1 FROM brought WHERE classid = 'pg_type'::regclass AND objid = t.oid)
)
SELECT line FROM (
  SELECT format('schema %s owner %s acl %s comment %s', nspname, nspowner::regrole, (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(nspacl) x), obj_description(oid, 'pg_namespace')) AS line FROM ns WHERE $1::text IS NULL
  UNION ALL
  SELECT format('extension %s', extname) FROM pg_extension WHERE $1::text IS NULL
  UNION ALL
  SELECT format('relation %s %s owner %s acl %s options %s persistence %s row security %s/%s replica identity %s bound %s above %s comment %s', relkind, label, relowner::regrole, (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(relacl) x), reloptions, relpersistence, relrowsecurity, relforcerowsecurity, relreplident,
    pg_get_expr(relpartbound, oid), (SELECT array_agg(inhparent::regclass::text ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = rel.oid), obj_description(oid, 'pg_class')) FROM rel
  UNION ALL
  SELECT format('partitions %s by %s', label, pg_get_partkeydef(oid)) FROM rel WHERE relkind = 'p'
  UNION ALL
  SELECT format('column %s.%I %s notnull %s default %s acl %s comment %s statistics %s storage %s compression %s options %s collation %s identity %s generated %s', label, attname, format_type(atttypid, atttypmod), attnotnull,
    (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum), (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(attacl) x), col_description(attrelid, attnum),
    nullif(coalesce(to_jsonb(col) ->> 'attstattarget', '-1'), '-1'), attstorage, attcompression, attoptions, attcollation::regcollation, attidentity, attgenerated) FROM col
  UNION ALL
  SELECT format('constraint %s %I %s validated %s enforced %s comment %s', rel.label, conname, pg_get_constraintdef(c.oid), convalidated, coalesce(to_jsonb(c) ->> 'conenforced', 'true'), obj_description(c.oid, 'pg_constraint'))
    FROM pg_constraint c JOIN rel ON rel.oid = c.conrelid
    WHERE NOT (contype = 'n' AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = conrelid AND a.attnum = ANY (conkey) AND a.attname ~ '^segue_retired_'))
  UNION ALL
  SELECT format('index %s valid %s ready %s clustered %s replica %s tablespace %s statistics %s comment %s', pg_get_indexdef(indexrelid), indisvalid, indisready, indisclustered, indisreplident,
    (SELECT reltablespace FROM pg_class WHERE oid = indexrelid), (SELECT array_agg(coalesce(nullif(attstattarget, -1)::text, '') || coalesce(attoptions::text, '') ORDER BY attnum) FROM pg_attribute WHERE attrelid = indexrelid), obj_description(indexrelid, 'pg_class'))
    FROM pg_index JOIN rel ON rel.oid = indrelid
  UNION ALL
  SELECT format('trigger %s enabled %s comment %s body %s', pg_get_triggerdef(t.oid), tgenabled, obj_description(t.oid, 'pg_trigger'), md5(prosrc)) FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid JOIN rel ON rel.oid = tgrelid WHERE NOT tgisinternal
  UNION ALL
  SELECT format('sequence %s owned by %s.%I', d.objid::regclass, d.refobjid::regclass, (SELECT attname FROM pg_attribute WHERE attrelid = d.refobjid AND attnum = d.refobjsubid))
    FROM pg_depend d JOIN rel ON rel.oid = d.objid AND rel.relkind = 'S' WHERE d.deptype IN ('a', 'i') AND d.refobjsubid > 0
  UNION ALL
  SELECT format('sequence %s as %s start %s by %s from %s to %s cache %s cycle %s', rel.label, seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle) FROM pg_sequence JOIN rel ON rel.oid = seqrelid
  UNION ALL
  SELECT format('view %s %s', label, pg_get_viewdef(oid)) FROM rel WHERE relkind IN ('v', 'm')
  UNION ALL
  SELECT format('rule %s comment %s', pg_get_ruledef(r.oid), obj_description(r.oid, 'pg_rewrite')) FROM pg_rewrite r JOIN rel ON rel.oid = r.ev_class WHERE r.rulename <> '_RETURN'
  UNION ALL
  SELECT format('policy %s %I for %s permissive %s to %s using %s check %s comment %s', rel.label, polname, polcmd, polpermissive, (SELECT array_agg(CASE WHEN x = 0 THEN 'public' ELSE x::regrole::text END ORDER BY x) FROM unnest(polroles) x),
    pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(pg_policy.oid, 'pg_policy')) FROM pg_policy JOIN rel ON rel.oid = polrelid
  UNION ALL
  SELECT format('statistics %s comment %s', pg_get_statisticsobjdef(s.oid), obj_description(s.oid, 'pg_statistic_ext')) FROM pg_statistic_ext s JOIN rel ON rel.oid = stxrelid
  UNION ALL
  SELECT format('function %s owner %s acl %s comment %s %s', p.oid::regprocedure, p.proowner::regrole, (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(p.proacl) x), obj_description(p.oid, 'pg_proc'), md5(CASE WHEN p.prokind = 'a' THEN '' ELSE pg_get_functiondef(p.oid) END))
    FROM pg_proc p JOIN ns ON ns.oid = p.pronamespace WHERE NOT EXISTS (SELECT 1 FROM brought WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
  UNION ALL
  SELECT format('enum %s values %s owner %s acl %s comment %s', label, (SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = typ.oid), typowner::regrole, typacl, obj_description(oid, 'pg_type')) FROM typ WHERE typtype = 'e'
  UNION ALL
  SELECT format('domain %s %s notnull %s default %s constraints %s owner %s comment %s', label, format_type(typbasetype, typtypmod), typnotnull, typdefault,
    (SELECT array_agg(format('%I %s', conname, pg_get_constraintdef(c.oid)) ORDER BY conname) FROM pg_constraint c WHERE contypid = typ.oid), typowner::regrole, obj_description(oid, 'pg_type')) FROM typ WHERE typtype = 'd'
  UNION ALL
  SELECT format('range %s of %s owner %s', label, (SELECT rngsubtype::regtype FROM pg_range WHERE rngtypid = typ.oid), typowner::regrole) FROM typ WHERE typtype = 'r'
  UNION ALL
  SELECT format('type %s owner %s comment %s attributes %s', t.oid::regtype, t.typowner::regrole, obj_description(t.oid, 'pg_type'),
    (SELECT array_agg(format('%I %s', attname, format_type(atttypid, atttypmod)) ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped))
    FROM pg_class c JOIN ns ON ns.oid = c.relnamespace JOIN pg_type t ON t.typrelid = c.oid WHERE c.relkind = 'c' AND NOT EXISTS (SELECT 1 FROM brought WHERE classid = 'pg_type'::regclass AND objid = t.oid)
  UNION ALL
  SELECT format('default rights of %s in %s on %s %s', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(defaclacl) x)) FROM pg_default_acl WHERE defaclnamespace = 0 OR defaclnamespace IN (SELECT oid FROM ns)
  UNION ALL
  SELECT format('publication %s of %s', p.pubname, rel.label) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN rel ON rel.oid = r.prrelid
) lines ORDER BY line COLLATE "C"`;
