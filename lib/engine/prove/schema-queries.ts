const SCHEMAS = `SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'segue')`;
const notBrought = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT 1 FROM pg_depend b WHERE b.classid = '${catalog}'::regclass AND b.objid = ${oid} AND b.deptype = 'e')`;
const RELATIONS = `SELECT c.*, c.oid::regclass::text AS label FROM pg_class c JOIN (${SCHEMAS}) n ON n.oid = c.relnamespace WHERE ${notBrought('pg_class', 'c.oid')}`;
const TYPES = `SELECT t.*, t.oid::regtype::text AS label FROM pg_type t JOIN (${SCHEMAS}) n ON n.oid = t.typnamespace WHERE ${notBrought('pg_type', 't.oid')}`;
const FUNCTIONS = `SELECT p.*, p.oid::regprocedure::text AS label FROM pg_proc p JOIN (${SCHEMAS}) n ON n.oid = p.pronamespace WHERE ${notBrought('pg_proc', 'p.oid')}`;

/** Without those of transitions that are under way: their functions stand in schema segue, which a copy does not have. */
const TRIGGERS = `SELECT * FROM pg_trigger WHERE NOT tgisinternal AND tgfoid NOT IN (SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'segue')`;

/** "GRANT … ON what TO whom" for each entry of a list of rights, after all that comes by itself has been taken away. */
const rights = (what: string, acl: string, owner: string, order: number, from: string) => `
  SELECT ${order} AS ord, 'REVOKE ALL ON ' || ${what} || ' FROM PUBLIC, ' || ${owner}::regrole AS statement FROM ${from} WHERE ${acl} IS NOT NULL
  UNION ALL
  SELECT ${order} + 1, 'GRANT ' || g.privilege_type || ' ON ' || ${what} || ' TO ' || CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
  FROM ${from}, aclexplode(${acl}) g WHERE ${acl} IS NOT NULL`;

const comment = (what: string, oid: string, catalog: string, order: number, from: string) => `
  SELECT ${order} AS ord, 'COMMENT ON ' || ${what} || ' IS ' || quote_literal(obj_description(${oid}, '${catalog}')) AS statement FROM ${from} WHERE obj_description(${oid}, '${catalog}') IS NOT NULL`;

const RELATION_WORD = `CASE relkind WHEN 'S' THEN 'SEQUENCE ' WHEN 'v' THEN 'VIEW ' WHEN 'm' THEN 'MATERIALIZED VIEW ' WHEN 'i' THEN 'INDEX ' WHEN 'I' THEN 'INDEX ' ELSE 'TABLE ' END`;

const COLUMN = `
  quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attcollation <> 0 AND a.attcollation <> (SELECT typcollation FROM pg_type WHERE oid = a.atttypid) THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
  || CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) || ')' || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END ELSE '' END
  || CASE WHEN a.attidentity <> '' THEN ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY (' || (
      SELECT format('SEQUENCE NAME %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s', s.seqrelid::regclass, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache) || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END
      FROM pg_depend i JOIN pg_sequence s ON s.seqrelid = i.objid WHERE i.classid = 'pg_class'::regclass AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.deptype = 'i') || ')' ELSE '' END
  || CASE WHEN a.attnotnull THEN coalesce((SELECT ' CONSTRAINT ' || quote_ident(k.conname) FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]), '') || ' NOT NULL' ELSE '' END`;

/**
 * Statements that make the schema of a database, as far as its catalog tells them; each query gives "ord" and "statement". Those that need
 * another one first may come before it: whoever runs them tries again. Names are written with their schema.
 */
export const SCHEMA_QUERIES: readonly string[] = [
  `SELECT 0 AS ord, 'CREATE SCHEMA IF NOT EXISTS ' || quote_ident(nspname) AS statement FROM (${SCHEMAS}) n
   UNION ALL SELECT 1, 'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(extname) || ' SCHEMA ' || extnamespace::regnamespace FROM pg_extension WHERE extname <> 'plpgsql'`,
  `SELECT 10 AS ord, 'CREATE TYPE ' || label || ' AS ENUM (' || coalesce((SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), '') || ')' AS statement FROM (${TYPES}) t WHERE typtype = 'e'
   UNION ALL SELECT 11, 'CREATE DOMAIN ' || label || ' AS ' || format_type(typbasetype, typtypmod) || coalesce(' DEFAULT ' || typdefault, '') || CASE WHEN typnotnull THEN ' NOT NULL' ELSE '' END FROM (${TYPES}) t WHERE typtype = 'd'
   UNION ALL SELECT 12, 'ALTER DOMAIN ' || label || ' ADD CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(k.oid) FROM (${TYPES}) t JOIN pg_constraint k ON k.contypid = t.oid AND k.contype = 'c'
   UNION ALL SELECT 12, 'CREATE TYPE ' || c.label || ' AS (' || coalesce((SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped), '') || ')' FROM (${RELATIONS}) c WHERE relkind = 'c'
   UNION ALL SELECT 12, 'CREATE TYPE ' || label || ' AS RANGE (SUBTYPE = ' || (SELECT rngsubtype::regtype FROM pg_range WHERE rngtypid = t.oid) || ')' FROM (${TYPES}) t WHERE typtype = 'r'`,
  `SELECT 20 AS ord, format('CREATE SEQUENCE %s AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s', c.label, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache) || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END AS statement
   FROM (${RELATIONS}) c JOIN pg_sequence s ON s.seqrelid = c.oid WHERE NOT EXISTS (SELECT 1 FROM pg_depend i WHERE i.classid = 'pg_class'::regclass AND i.objid = c.oid AND i.deptype = 'i')`,
  `SELECT 30 AS ord, pg_get_functiondef(oid) AS statement FROM (${FUNCTIONS}) p WHERE prokind IN ('f', 'p')`,
  `SELECT 40 AS ord, 'CREATE ' || CASE relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'TABLE ' || label || ' (' || coalesce((SELECT string_agg(${COLUMN}, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'
     || CASE relkind WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(oid) ELSE '' END || coalesce(' WITH (' || array_to_string(reloptions, ', ') || ')', '') AS statement FROM (${RELATIONS}) c WHERE relkind IN ('r', 'p')
   UNION ALL SELECT 41, 'ALTER TABLE ' || c.label || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) FROM (${RELATIONS}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attgenerated = '' JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE c.relkind IN ('r', 'p')
   UNION ALL SELECT 41, 'ALTER TABLE ' || c.label || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END FROM (${RELATIONS}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid WHERE c.relkind IN ('r', 'p') AND a.attstorage <> t.typstorage
   UNION ALL SELECT 41, 'ALTER TABLE ' || c.label || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET COMPRESSION ' || CASE a.attcompression WHEN 'l' THEN 'lz4' ELSE 'pglz' END FROM (${RELATIONS}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind IN ('r', 'p') AND a.attcompression <> ''
   UNION ALL SELECT 41, 'ALTER TABLE ' || c.label || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET STATISTICS ' || a.attstattarget FROM (${RELATIONS}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind IN ('r', 'p') AND a.attstattarget >= 0
   UNION ALL SELECT 41, 'ALTER TABLE ' || c.label || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET (' || array_to_string(a.attoptions, ', ') || ')' FROM (${RELATIONS}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind IN ('r', 'p') AND a.attoptions IS NOT NULL
   UNION ALL SELECT 42, 'ALTER SEQUENCE ' || s.label || ' OWNED BY ' || d.refobjid::regclass || '.' || quote_ident(a.attname) FROM (${RELATIONS}) s JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype = 'a' AND d.refobjsubid > 0 JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE s.relkind = 'S'
   UNION ALL SELECT 43, 'ALTER TABLE ' || i.inhparent::regclass || CASE WHEN c.relispartition THEN ' ATTACH PARTITION ' || c.label || ' ' || pg_get_expr(c.relpartbound, c.oid) ELSE '' END FROM (${RELATIONS}) c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.relispartition AND c.relkind IN ('r', 'p')
   UNION ALL SELECT 43, 'ALTER TABLE ' || c.label || ' INHERIT ' || i.inhparent::regclass FROM (${RELATIONS}) c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE NOT c.relispartition AND c.relkind = 'r'`,
  `SELECT CASE k.contype WHEN 'f' THEN 52 ELSE 50 END AS ord, 'ALTER TABLE ' || c.label || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) AS statement FROM (${RELATIONS}) c JOIN pg_constraint k ON k.conrelid = c.oid
   WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND k.conparentid = 0 AND k.coninhcount = 0
   UNION ALL SELECT 51, CASE WHEN c.relkind = 'I' THEN regexp_replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ') ELSE pg_get_indexdef(c.oid) END FROM (${RELATIONS}) c WHERE c.relkind IN ('i', 'I') AND NOT c.relispartition AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
   UNION ALL SELECT 53, 'ALTER TABLE ' || i.indrelid::regclass || ' REPLICA IDENTITY USING INDEX ' || quote_ident(c.relname) FROM (${RELATIONS}) c JOIN pg_index i ON i.indexrelid = c.oid WHERE i.indisreplident
   UNION ALL SELECT 53, 'ALTER TABLE ' || i.indrelid::regclass || ' CLUSTER ON ' || quote_ident(c.relname) FROM (${RELATIONS}) c JOIN pg_index i ON i.indexrelid = c.oid WHERE i.indisclustered
   UNION ALL SELECT 53, 'ALTER TABLE ' || label || ' REPLICA IDENTITY ' || CASE relreplident WHEN 'f' THEN 'FULL' ELSE 'NOTHING' END FROM (${RELATIONS}) c WHERE relkind IN ('r', 'p') AND relreplident IN ('f', 'n')
   UNION ALL SELECT 53, 'ALTER INDEX ' || c.label || ' ALTER COLUMN ' || a.attnum || ' SET STATISTICS ' || a.attstattarget FROM (${RELATIONS}) c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind = 'i' AND a.attstattarget >= 0
   UNION ALL SELECT 53, 'ALTER INDEX ' || c.label || ' SET (' || array_to_string(c.reloptions, ', ') || ')' FROM (${RELATIONS}) c JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x') WHERE c.relkind = 'i' AND c.reloptions IS NOT NULL
   UNION ALL SELECT 53, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN (${RELATIONS}) c ON c.oid = s.stxrelid`,
  `SELECT 60 AS ord, 'CREATE ' || CASE relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END || 'VIEW ' || label || coalesce(' WITH (' || array_to_string(reloptions, ', ') || ')', '') || ' AS ' || pg_get_viewdef(oid) AS statement FROM (${RELATIONS}) c WHERE relkind IN ('v', 'm')
   UNION ALL SELECT 61, pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN (${RELATIONS}) c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'
   UNION ALL SELECT 61, pg_get_triggerdef(t.oid) FROM (${TRIGGERS}) t JOIN (${RELATIONS}) c ON c.oid = t.tgrelid WHERE t.tgparentid = 0
   UNION ALL SELECT 62, 'ALTER TABLE ' || c.label || CASE t.tgenabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END || ' TRIGGER ' || quote_ident(t.tgname) FROM (${TRIGGERS}) t JOIN (${RELATIONS}) c ON c.oid = t.tgrelid WHERE t.tgparentid = 0 AND t.tgenabled <> 'O'
   UNION ALL SELECT 62, 'ALTER TABLE ' || label || ' ENABLE ROW LEVEL SECURITY' FROM (${RELATIONS}) c WHERE relrowsecurity
   UNION ALL SELECT 62, 'ALTER TABLE ' || label || ' FORCE ROW LEVEL SECURITY' FROM (${RELATIONS}) c WHERE relforcerowsecurity
   UNION ALL SELECT 63, 'CREATE POLICY ' || quote_ident(polname) || ' ON ' || c.label || CASE WHEN polpermissive THEN '' ELSE ' AS RESTRICTIVE' END || ' FOR ' || CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
     || ' TO ' || (SELECT string_agg(CASE WHEN x = 0 THEN 'PUBLIC' ELSE x::regrole::text END, ', ') FROM unnest(polroles) x) || coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '') || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '') FROM pg_policy JOIN (${RELATIONS}) c ON c.oid = polrelid`,
  `SELECT 70 AS ord, 'ALTER SCHEMA ' || quote_ident(nspname) || ' OWNER TO ' || nspowner::regrole AS statement FROM (${SCHEMAS}) n
   UNION ALL SELECT 70, 'ALTER ' || ${RELATION_WORD} || label || ' OWNER TO ' || relowner::regrole FROM (${RELATIONS}) c WHERE relkind IN ('r', 'p', 'v', 'm') OR (relkind = 'S' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0))
   UNION ALL SELECT 70, 'ALTER ' || CASE typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || label || ' OWNER TO ' || typowner::regrole FROM (${TYPES}) t WHERE typtype IN ('e', 'd', 'r') OR (typtype = 'c' AND EXISTS (SELECT 1 FROM pg_class k WHERE k.oid = typrelid AND k.relkind = 'c'))
   UNION ALL SELECT 70, 'ALTER ROUTINE ' || label || ' OWNER TO ' || proowner::regrole FROM (${FUNCTIONS}) p WHERE prokind IN ('f', 'p')`,
  rights(`'SCHEMA ' || quote_ident(nspname)`, 'nspacl', 'nspowner', 80, `(${SCHEMAS}) n`),
  rights(
    `CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || label`,
    'relacl',
    'relowner',
    82,
    `(${RELATIONS}) c`,
  ),
  rights(`'ROUTINE ' || label`, 'proacl', 'proowner', 84, `(${FUNCTIONS}) p`),
  rights(`'TYPE ' || label`, 'typacl', 'typowner', 86, `(${TYPES}) t`),
  `SELECT 88 AS ord, 'GRANT ' || g.privilege_type || ' (' || quote_ident(a.attname) || ') ON ' || c.label || ' TO ' || CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS statement
   FROM (${RELATIONS}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped, aclexplode(a.attacl) g
   UNION ALL SELECT 89, 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || d.defaclrole::regrole || CASE WHEN d.defaclnamespace = 0 THEN '' ELSE ' IN SCHEMA ' || d.defaclnamespace::regnamespace END || ' GRANT ' || g.privilege_type || ' ON ' || CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END
     || ' TO ' || CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END FROM pg_default_acl d, aclexplode(d.defaclacl) g`,
  comment(`'SCHEMA ' || quote_ident(nspname)`, 'oid', 'pg_namespace', 90, `(${SCHEMAS}) n`),
  comment(
    `${RELATION_WORD} || label`,
    'oid',
    'pg_class',
    90,
    `(${RELATIONS} AND c.relkind IN ('r', 'p', 'S', 'v', 'm', 'i', 'I')) c`,
  ),
  comment(`'TYPE ' || label`, 'oid', 'pg_type', 90, `(${TYPES} AND t.typtype IN ('e', 'r')) t`),
  comment(`'DOMAIN ' || label`, 'oid', 'pg_type', 90, `(${TYPES} AND t.typtype = 'd') t`),
  comment(`'ROUTINE ' || label`, 'oid', 'pg_proc', 90, `(${FUNCTIONS} AND p.prokind IN ('f', 'p')) p`),
  comment(
    `'CONSTRAINT ' || quote_ident(k.conname) || ' ON ' || c.label`,
    'k.oid',
    'pg_constraint',
    90,
    `(${RELATIONS}) c JOIN pg_constraint k ON k.conrelid = c.oid`,
  ),
  comment(
    `'TRIGGER ' || quote_ident(t.tgname) || ' ON ' || c.label`,
    't.oid',
    'pg_trigger',
    90,
    `(${RELATIONS}) c JOIN (${TRIGGERS}) t ON t.tgrelid = c.oid`,
  ),
  comment(
    `'POLICY ' || quote_ident(t.polname) || ' ON ' || c.label`,
    't.oid',
    'pg_policy',
    90,
    `(${RELATIONS}) c JOIN pg_policy t ON t.polrelid = c.oid`,
  ),
  `SELECT 90 AS ord, 'COMMENT ON COLUMN ' || c.label || '.' || quote_ident(a.attname) || ' IS ' || quote_literal(col_description(c.oid, a.attnum)) AS statement FROM (${RELATIONS}) c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind IN ('r', 'p', 'v', 'm') AND col_description(c.oid, a.attnum) IS NOT NULL`,
];
