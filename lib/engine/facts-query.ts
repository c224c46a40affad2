/**
 * The catalog of the named tables ($1 schemas, $2 names) as one line per fact. Used for drift and for the proof that a
 * rollback restored the catalog. Of partitions, what they have of their own. Left out: oids, attribute numbers, statistics,
 * columns that Segue has recorded as retired.
 */
export const FACTS_QUERY = `
WITH t AS (
  SELECT c.*, n.nspname, n.nspname || '.' || c.relname AS label
  FROM unnest($1::text[], $2::text[]) AS w(schema, name)
  JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
), a AS (
  SELECT x.*, t.label FROM t JOIN pg_attribute x ON x.attrelid = t.oid AND x.attnum > 0 AND NOT x.attisdropped
  WHERE NOT (x.attname LIKE 'segue\\_retired\\_%')
), part AS (
  SELECT c.oid, n.nspname || '.' || c.relname AS label FROM t CROSS JOIN LATERAL pg_partition_tree(t.oid) p
  JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE t.relkind = 'p' AND p.level > 0
), own AS (
  SELECT x.*, part.label FROM part JOIN pg_attribute x ON x.attrelid = part.oid AND x.attnum > 0 AND NOT x.attisdropped
  WHERE NOT (x.attname LIKE 'segue\\_retired\\_%')
), held AS (
  SELECT oid, label, false AS is_part FROM t UNION ALL SELECT oid, label, true FROM part
)
SELECT fact FROM (
  SELECT 'table ' || label || ' kind ' || relkind::text || ' owner ' || pg_get_userbyid(relowner) || ' persistence ' || relpersistence::text
    || ' row security ' || relrowsecurity || '/' || relforcerowsecurity || ' replica identity ' || relreplident::text
    || ' options ' || coalesce(reloptions::text, '') AS fact FROM t
  UNION ALL SELECT 'grant on ' || label || ': ' || g.privilege_type || ' to ' || CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END || CASE WHEN g.is_grantable THEN ' with grant option' ELSE '' END
    FROM t, aclexplode(coalesce(t.relacl, acldefault('r', t.relowner))) g
  UNION ALL SELECT 'column ' || a.label || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') || CASE WHEN a.attgenerated <> '' THEN ' generated ' || a.attgenerated::text ELSE '' END
    || CASE WHEN a.attidentity <> '' THEN ' identity ' || a.attidentity::text ELSE '' END || ' collation ' || a.attcollation || ' storage ' || a.attstorage::text || ' compression ' || a.attcompression::text
    FROM a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  UNION ALL SELECT 'grant on ' || a.label || '.' || a.attname || ': ' || g.privilege_type || ' to ' || CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END || CASE WHEN g.is_grantable THEN ' with grant option' ELSE '' END
    FROM a, aclexplode(a.attacl) g
  UNION ALL SELECT 'comment on ' || label || ': ' || obj_description(oid, 'pg_class') FROM t WHERE obj_description(oid, 'pg_class') IS NOT NULL
  UNION ALL SELECT 'comment on ' || a.label || '.' || a.attname || ': ' || col_description(a.attrelid, a.attnum) FROM a WHERE col_description(a.attrelid, a.attnum) IS NOT NULL
  UNION ALL SELECT 'constraint ' || held.label || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) || CASE WHEN c.convalidated THEN '' ELSE ' (not validated)' END || coalesce(' -- ' || obj_description(c.oid, 'pg_constraint'), '')
    FROM held JOIN pg_constraint c ON c.conrelid = held.oid AND NOT (held.is_part AND (c.coninhcount > 0 OR c.conparentid <> 0))
    WHERE c.contype <> 't' AND NOT (c.contype = 'n' AND EXISTS (SELECT 1 FROM pg_attribute r WHERE r.attrelid = held.oid AND r.attnum = c.conkey[1] AND r.attname LIKE 'segue\\_retired\\_%'))
  UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END || CASE WHEN i.indisclustered THEN ' clustered' ELSE '' END || CASE WHEN i.indisreplident THEN ' replica identity' ELSE '' END || coalesce(' -- ' || obj_description(i.indexrelid, 'pg_class'), '')
    FROM held JOIN pg_index i ON i.indrelid = held.oid AND NOT (held.is_part AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid))
  UNION ALL SELECT 'trigger ' || held.label || ' ' || pg_get_triggerdef(g.oid) || ' enabled ' || g.tgenabled::text || CASE WHEN n.nspname = 'segue' THEN ' body ' || md5(p.prosrc) ELSE '' END
    FROM held JOIN pg_trigger g ON g.tgrelid = held.oid AND NOT g.tgisinternal AND NOT (held.is_part AND g.tgparentid <> 0) JOIN pg_proc p ON p.oid = g.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
  UNION ALL SELECT 'policy ' || t.label || ' ' || p.polname || ' ' || p.polcmd::text || ' ' || p.polpermissive || ' ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
    FROM t JOIN pg_policy p ON p.polrelid = t.oid
  UNION ALL SELECT 'rule ' || t.label || ' ' || pg_get_ruledef(r.oid) FROM t JOIN pg_rewrite r ON r.ev_class = t.oid
  UNION ALL SELECT 'grant on ' || own.label || '.' || own.attname || ': ' || g.privilege_type || ' to ' || CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END || CASE WHEN g.is_grantable THEN ' with grant option' ELSE '' END
    FROM own, aclexplode(own.attacl) g
  UNION ALL SELECT 'comment on ' || own.label || '.' || own.attname || ': ' || col_description(own.attrelid, own.attnum) FROM own WHERE col_description(own.attrelid, own.attnum) IS NOT NULL
  UNION ALL SELECT 'default of ' || own.label || '.' || own.attname || ' alone: ' || pg_get_expr(d.adbin, d.adrelid)
    FROM own JOIN pg_attrdef d ON d.adrelid = own.attrelid AND d.adnum = own.attnum AND own.attgenerated = ''
    LEFT JOIN pg_attribute up ON up.attrelid = pg_partition_root(own.attrelid) AND up.attname = own.attname
    LEFT JOIN pg_attrdef ud ON ud.adrelid = up.attrelid AND ud.adnum = up.attnum
    WHERE pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM pg_get_expr(ud.adbin, ud.adrelid)
  UNION ALL SELECT 'rule ' || part.label || ' ' || pg_get_ruledef(r.oid) FROM part JOIN pg_rewrite r ON r.ev_class = part.oid
  UNION ALL SELECT 'statistics ' || pg_get_statisticsobjdef(s.oid) FROM held JOIN pg_statistic_ext s ON s.stxrelid = held.oid
  UNION ALL SELECT 'owned sequence ' || t.label || '.' || x.attname || ' ' || s.oid::regclass
    FROM t JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND d.refobjsubid > 0
    JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_attribute x ON x.attrelid = t.oid AND x.attnum = d.refobjsubid
  UNION ALL SELECT 'view on ' || t.label || ': ' || v.oid::regclass || ' ' || md5(pg_get_viewdef(v.oid))
    FROM t JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class AND v.oid <> t.oid
  UNION ALL SELECT 'foreign key to ' || t.label || ' from ' || c.conrelid::regclass || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
    FROM t JOIN pg_constraint c ON c.confrelid = t.oid AND c.contype = 'f'
) facts GROUP BY fact ORDER BY fact COLLATE "C"`;
