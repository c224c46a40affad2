/** Of a type `t`: a domain, at any depth, that asks something of its values. */
export const CONSTRAINED_DOMAIN = `(t.typtype = 'd' AND (WITH RECURSIVE up AS (SELECT t.oid, t.typtype, t.typnotnull, t.typbasetype
    UNION ALL SELECT b.oid, b.typtype, b.typnotnull, b.typbasetype FROM up JOIN pg_type b ON b.oid = up.typbasetype)
  SELECT bool_or(up.typtype = 'd' AND (up.typnotnull OR EXISTS (SELECT 1 FROM pg_constraint k WHERE k.contypid = up.oid))) FROM up))`;

/** Of a type `t`: a domain with a default. One over another domain has that one's too, as its own. */
export const DOMAIN_DEFAULT = `(t.typtype = 'd' AND t.typdefaultbin IS NOT NULL)`;

// Of a column `a`.
const GRANTS = `(SELECT coalesce(jsonb_agg(jsonb_build_object(
          'grantee', CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END,
          'privilege', g.privilege_type, 'grantable', g.is_grantable) ORDER BY g.grantee, g.privilege_type), '[]')
        FROM aclexplode(a.attacl) g)`;
const STORAGE = `CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END`;
const COMPRESSION = `CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END`;

/** Schema of the operators by which values of `a` are ordered, where it is not pg_catalog. */
const KEY_OPERATORS = `(SELECT opn.nspname FROM pg_type ty JOIN pg_opclass oc ON oc.opcintype = coalesce(nullif(ty.typbasetype, 0), ty.oid) AND oc.opcdefault
      JOIN pg_am om ON om.oid = oc.opcmethod AND om.amname = 'btree'
      JOIN pg_amop ao ON ao.amopfamily = oc.opcfamily AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype = oc.opcintype AND ao.amopstrategy = 5
      JOIN pg_operator op ON op.oid = ao.amopopr JOIN pg_namespace opn ON opn.oid = op.oprnamespace
      WHERE ty.oid = a.atttypid AND opn.nspname <> 'pg_catalog')`;

/** Of a partition's column `a` with the default `d`: other than that of the table at the top, `rd`. */
const OTHER_DEFAULT = `(a.attgenerated = '' AND pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM pg_get_expr(rd.adbin, rd.adrelid))`;

/**
 * What a partition `p` has on its columns that PostgreSQL does not hand down. Statistics and storage go down with the
 * statement that sets them above: only another value counts.
 */
const PARTITION_COLUMNS = `(SELECT coalesce(jsonb_agg(own.entry ORDER BY own.at), '[]') FROM (
        SELECT a.attnum AS at, a.attacl IS NOT NULL OR a.attoptions IS NOT NULL OR a.attcompression <> '' OR col_description(a.attrelid, a.attnum) IS NOT NULL
            OR coalesce(a.attstattarget, -1) <> coalesce(up.attstattarget, -1) OR a.attstorage <> up.attstorage OR ${OTHER_DEFAULT} AS owns,
          jsonb_build_object('name', a.attname, 'grants', ${GRANTS}, 'comment', col_description(a.attrelid, a.attnum), 'compression', ${COMPRESSION},
            'options', to_jsonb(coalesce(a.attoptions, '{}')),
            'statistics', CASE WHEN coalesce(a.attstattarget, -1) <> coalesce(up.attstattarget, -1) THEN coalesce(a.attstattarget, -1) END,
            'storage', CASE WHEN a.attstorage <> up.attstorage THEN ${STORAGE} END)
            || CASE WHEN ${OTHER_DEFAULT} THEN jsonb_build_object('default', pg_get_expr(d.adbin, d.adrelid)) ELSE '{}' END AS entry
        FROM pg_attribute a JOIN pg_attribute up ON up.attrelid = p.parentrelid AND up.attname = a.attname
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        JOIN pg_attribute root ON root.attrelid = w.oid AND root.attname = a.attname LEFT JOIN pg_attrdef rd ON rd.adrelid = w.oid AND rd.adnum = root.attnum
        WHERE a.attrelid = p.relid AND a.attnum > 0 AND NOT a.attisdropped) own WHERE own.owns)`;

/**
 * One JSON document per named table: $1 schemas, $2 names. Types and expressions are printed under the session's empty
 * search_path, so they can be written back from anywhere. Sources: PostgreSQL manual, "System Catalogs".
 */
export const CATALOG_QUERY = `
WITH wanted AS (
  SELECT c.oid, c.relname, n.nspname, c.relkind, c.relispartition, c.relowner, c.reltuples, c.relrowsecurity, c.relforcerowsecurity, c.relnamespace, c.relpersistence, c.reloftype, c.relreplident
  FROM unnest($1::text[], $2::text[]) AS w(schema, name)
  JOIN pg_namespace n ON n.nspname = w.schema
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT coalesce(jsonb_agg(jsonb_build_object(
  'schema', w.nspname,
  'name', w.relname,
  'kind', CASE WHEN w.relispartition THEN 'partition' ELSE
    CASE w.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
                   WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'other' END END,
  'owner', pg_get_userbyid(w.relowner),
  'owned', pg_has_role(w.relowner, 'USAGE'),
  'estimatedRows', greatest(w.reltuples, 0)::bigint + (SELECT coalesce(sum(greatest(l.reltuples, 0)), 0)::bigint FROM pg_partition_tree(w.oid) p JOIN pg_class l ON l.oid = p.relid WHERE p.isleaf AND p.level > 0 AND w.relkind = 'p' AND w.reltuples <= 0),
  'bytes', pg_table_size(w.oid) + (SELECT coalesce(sum(pg_table_size(p.relid)), 0) FROM pg_partition_tree(w.oid) p WHERE p.isleaf AND p.level > 0),
  'rowSecurity', w.relrowsecurity,
  'rowsHidden', w.relforcerowsecurity AND NOT (SELECT r.rolsuper OR r.rolbypassrls FROM pg_roles r WHERE r.rolname = current_user),
  'canBuildIndexes', has_schema_privilege(w.relnamespace, 'CREATE'),
  'inheritance', w.relkind <> 'p' AND (SELECT EXISTS (SELECT 1 FROM pg_inherits i WHERE w.oid IN (i.inhrelid, i.inhparent))),
  'children', (WITH RECURSIVE below AS (SELECT i.inhrelid AS oid FROM pg_inherits i WHERE i.inhparent = w.oid UNION SELECT i.inhrelid FROM pg_inherits i JOIN below b ON i.inhparent = b.oid)
    SELECT coalesce(jsonb_agg(jsonb_build_object('schema', bn.nspname, 'name', bc.relname) ORDER BY bn.nspname, bc.relname), '[]')
    FROM below JOIN pg_class bc ON bc.oid = below.oid AND bc.relkind IN ('r', 'f') AND NOT bc.relispartition JOIN pg_namespace bn ON bn.oid = bc.relnamespace),
  'reads', (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('schema', bn.nspname, 'name', bc.relname)), '[]')
    FROM pg_rewrite r JOIN pg_depend rd ON rd.classid = 'pg_rewrite'::regclass AND rd.objid = r.oid AND rd.refclassid = 'pg_class'::regclass AND rd.refobjid <> w.oid
    JOIN pg_class bc ON bc.oid = rd.refobjid AND bc.relkind <> 'S' JOIN pg_namespace bn ON bn.oid = bc.relnamespace WHERE r.ev_class = w.oid AND w.relkind IN ('v', 'm')),
  'unlogged', w.relpersistence = 'u',
  'ofType', w.reloftype <> 0,
  'rules', (SELECT coalesce(jsonb_agg(r.rulename ORDER BY r.rulename), '[]') FROM pg_rewrite r WHERE r.ev_class = w.oid AND r.ev_type <> '1'),
  'replicaIdentity', w.relreplident,
  'partitions', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'schema', pn.nspname, 'name', pc.relname, 'leaf', p.isleaf, 'bound', coalesce(pg_get_expr(pc.relpartbound, pc.oid), ''),
      'rules', (SELECT coalesce(jsonb_agg(r.rulename ORDER BY r.rulename), '[]') FROM pg_rewrite r WHERE r.ev_class = p.relid AND r.ev_type IN ('2', '4')),
      'parent', (SELECT jsonb_build_object('schema', un.nspname, 'name', u.relname) FROM pg_class u JOIN pg_namespace un ON un.oid = u.relnamespace WHERE u.oid = p.parentrelid),
      'indexes', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', xc.relname, 'root', rc.relname) ORDER BY xc.relname), '[]')
        FROM pg_index x JOIN pg_class xc ON xc.oid = x.indexrelid JOIN pg_class rc ON rc.oid = pg_partition_root(x.indexrelid) WHERE x.indrelid = p.relid AND rc.oid <> xc.oid),
      'columns', ${PARTITION_COLUMNS}
    ) ORDER BY p.level, pn.nspname, pc.relname), '[]')
    FROM pg_partition_tree(w.oid) p JOIN pg_class pc ON pc.oid = p.relid JOIN pg_namespace pn ON pn.oid = pc.relnamespace WHERE p.level > 0 AND w.relkind = 'p'),
  'partitionBy', CASE WHEN w.relkind = 'p' THEN pg_get_partkeydef(w.oid) END,
  'partitionKey', (SELECT coalesce(jsonb_agg(DISTINCT ka.attname), '[]')
    FROM pg_partition_tree(w.oid) p JOIN pg_depend kd ON kd.classid = 'pg_class'::regclass AND kd.refclassid = 'pg_class'::regclass AND kd.objid = p.relid AND kd.refobjid = p.relid AND kd.objsubid > 0 AND kd.refobjsubid = 0 AND kd.deptype = 'i'
    JOIN pg_attribute ka ON ka.attrelid = p.relid AND ka.attnum = kd.objsubid WHERE w.relkind = 'p'),
  'columns', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', a.attname,
      'number', a.attnum,
      'type', format_type(a.atttypid, a.atttypmod),
      -- Without a length its blanks count, though its = ignores them.
      'baseType', CASE WHEN a.atttypid = 'bpchar'::regtype AND a.atttypmod = -1 THEN 'bpchar' ELSE format_type(a.atttypid, NULL) END,
      'notNull', a.attnotnull,
      'notNullName', nn.conname,
      'notNullProven', coalesce(nn.convalidated, true),
      'notNullComment', obj_description(nn.oid, 'pg_constraint'),
      'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
      'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
      'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
      'identitySequence', (SELECT jsonb_build_object('name', quote_ident(sn.nspname) || '.' || quote_ident(s.relname),
          'options', 'SEQUENCE NAME ' || quote_ident(sn.nspname) || '.' || quote_ident(s.relname) || ' START WITH ' || q.seqstart || ' INCREMENT BY ' || q.seqincrement || ' MINVALUE ' || q.seqmin
            || CASE WHEN q.seqmax IN (32767, 2147483647, 9223372036854775807) THEN '' ELSE ' MAXVALUE ' || q.seqmax END || ' CACHE ' || q.seqcache || CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END)
        FROM pg_depend sd JOIN pg_class s ON s.oid = sd.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace JOIN pg_sequence q ON q.seqrelid = s.oid
        WHERE a.attidentity <> '' AND sd.classid = 'pg_class'::regclass AND sd.refclassid = 'pg_class'::regclass AND sd.refobjid = a.attrelid AND sd.refobjsubid = a.attnum AND sd.deptype = 'i'),
      'collation', CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0
                        THEN (SELECT quote_ident(cn.nspname) || '.' || quote_ident(k.collname) FROM pg_collation k JOIN pg_namespace cn ON cn.oid = k.collnamespace WHERE k.oid = a.attcollation) END,
      'deterministic', coalesce((SELECT k.collisdeterministic FROM pg_collation k WHERE k.oid = a.attcollation), true),
      'comment', col_description(a.attrelid, a.attnum),
      'statistics', CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END,
      'storage', CASE WHEN a.attstorage <> t.typstorage THEN ${STORAGE} END,
      'compression', ${COMPRESSION},
      'options', to_jsonb(coalesce(a.attoptions, '{}')),
      'grants', ${GRANTS},
      'ownedSequences', (SELECT coalesce(jsonb_agg(quote_ident(sn.nspname) || '.' || quote_ident(s.relname)), '[]')
        FROM pg_depend sd JOIN pg_class s ON s.oid = sd.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
        WHERE sd.classid = 'pg_class'::regclass AND sd.refclassid = 'pg_class'::regclass AND sd.refobjid = a.attrelid AND sd.refobjsubid = a.attnum AND sd.deptype = 'a'),
      'hashable', EXISTS (SELECT 1 FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod
        WHERE m.amname = 'hash' AND c.opcdefault AND c.opcintype IN (t.oid, nullif(t.typbasetype, 0), CASE WHEN t.typname = 'varchar' THEN 'text'::regtype::oid
          WHEN t.typtype = 'e' THEN 'anyenum'::regtype::oid WHEN t.typtype = 'r' THEN 'anyrange'::regtype::oid WHEN t.typcategory = 'A' THEN 'anyarray'::regtype::oid END)),
      'constrainedDomain', ${CONSTRAINED_DOMAIN},
      'domainDefault', ${DOMAIN_DEFAULT}
    ) ORDER BY a.attnum), '[]')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_constraint nn ON nn.conrelid = w.oid AND nn.contype = 'n' AND nn.conkey = ARRAY[a.attnum]
    WHERE a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped),
  'primaryKey', (SELECT coalesce(jsonb_agg(a.attname ORDER BY k.n), '[]')
    FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum = k.attnum
    WHERE i.indrelid = w.oid AND i.indisprimary AND k.n <= i.indnkeyatts),
  'key', (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'operators', ${KEY_OPERATORS})) ORDER BY k.n)
    FROM (SELECT i.indexrelid, i.indkey, i.indnkeyatts FROM pg_index i
          WHERE i.indrelid = w.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
            AND NOT EXISTS (SELECT 1 FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u(attnum, n) JOIN pg_attribute b ON b.attrelid = w.oid AND b.attnum = u.attnum WHERE u.n <= i.indnkeyatts AND NOT b.attnotnull)
          ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1) best
    CROSS JOIN LATERAL unnest(best.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum = k.attnum
    WHERE k.n <= best.indnkeyatts),
  'indexes', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', ic.relname,
      'columns', (SELECT jsonb_agg(jsonb_build_object(
          'name', a.attname,
          'expression', CASE WHEN k.attnum = 0 THEN pg_get_indexdef(i.indexrelid, k.n::int, false) END,
          'opclass', CASE WHEN NOT oc.opcdefault OR ia.attoptions IS NOT NULL THEN quote_ident(ocn.nspname) || '.' || quote_ident(oc.opcname) END,
          'opclassOptions', to_jsonb(coalesce(ia.attoptions, '{}')),
          'statistics', CASE WHEN ia.attstattarget >= 0 THEN ia.attstattarget END,
          'collation', (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                        WHERE co.oid = (i.indcollation::oid[])[k.n - 1] AND co.oid <> CASE WHEN k.attnum = 0 THEN 'pg_catalog.default'::regcollation::oid ELSE coalesce(a.attcollation, 0) END),
          'equality', (SELECT 'OPERATOR(' || quote_ident(opn.nspname) || '.' || op.oprname || ')' FROM pg_amop ao JOIN pg_operator op ON op.oid = ao.amopopr JOIN pg_namespace opn ON opn.oid = op.oprnamespace
                        WHERE am.amname = 'btree' AND ao.amopfamily = oc.opcfamily AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype = oc.opcintype AND ao.amopstrategy = 3 AND opn.nspname <> 'pg_catalog'),
          'option', coalesce((i.indoption::int2[])[k.n - 1], 0)
        ) ORDER BY k.n)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) LEFT JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum = k.attnum AND k.attnum <> 0
        LEFT JOIN pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.n
        LEFT JOIN pg_opclass oc ON oc.oid = (i.indclass::oid[])[k.n - 1] LEFT JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace
        WHERE k.n <= i.indnkeyatts),
      'include', (SELECT coalesce(jsonb_agg(a.attname ORDER BY k.n), '[]') FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum = k.attnum WHERE k.n > i.indnkeyatts),
      'method', am.amname,
      'unique', i.indisunique, 'primary', i.indisprimary, 'exclusion', i.indisexclusion,
      'nullsNotDistinct', coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
      'replicaIdentity', i.indisreplident OR EXISTS (SELECT 1 FROM pg_partition_tree(i.indexrelid) p JOIN pg_index x ON x.indexrelid = p.relid WHERE x.indisreplident),
      'predicate', pg_get_expr(i.indpred, i.indrelid),
      'options', to_jsonb(coalesce(ic.reloptions, '{}')),
      'valid', i.indisvalid,
      'constraint', con.conname,
      'deferrable', coalesce(con.condeferrable, false),
      'initiallyDeferred', coalesce(con.condeferred, false),
      'comment', obj_description(i.indexrelid, 'pg_class'),
      'constraintComment', obj_description(con.oid, 'pg_constraint'),
      'tablespace', (SELECT quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = ic.reltablespace),
      'clustered', i.indisclustered,
      'definition', pg_get_indexdef(i.indexrelid)
    ) ORDER BY ic.relname), '[]')
    FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam
    LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.conrelid = w.oid AND con.contype IN ('p', 'u', 'x')
    WHERE i.indrelid = w.oid),
  'constraints', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', c.conname,
      'type', CASE c.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'u' THEN 'unique' WHEN 'p' THEN 'primary key' WHEN 'x' THEN 'exclusion' WHEN 'n' THEN 'not null' ELSE 'other' END,
      'definition', pg_get_constraintdef(c.oid), 'validated', c.convalidated,
      'index', (SELECT relname FROM pg_class WHERE oid = c.conindid AND c.contype IN ('u', 'p', 'x')),
      'comment', obj_description(c.oid, 'pg_constraint'),
      'dependents', (SELECT coalesce(jsonb_agg(DISTINCT r.ev_class::regclass::text), '[]') FROM pg_depend cd JOIN pg_rewrite r ON cd.classid = 'pg_rewrite'::regclass AND r.oid = cd.objid
        WHERE cd.refclassid = 'pg_constraint'::regclass AND cd.refobjid = c.oid),
      'columns', (SELECT coalesce(jsonb_agg(a.attname ORDER BY k.n), '[]') FROM unnest(c.conkey) WITH ORDINALITY k(attnum, n) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum)
    ) ORDER BY c.conname), '[]') FROM pg_constraint c WHERE c.conrelid = w.oid),
  'checks', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', c.conname, 'expression', pg_get_expr(c.conbin, c.conrelid), 'validated', c.convalidated, 'noInherit', c.connoinherit,
      'enforced', coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true),
      'comment', obj_description(c.oid, 'pg_constraint'),
      'columns', (SELECT coalesce(jsonb_agg(a.attname), '[]') FROM unnest(c.conkey) k JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k)
    ) ORDER BY c.conname), '[]') FROM pg_constraint c WHERE c.conrelid = w.oid AND c.contype = 'c'),
  'foreignKeys', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', c.conname,
      'columns', (SELECT jsonb_agg(a.attname ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(attnum, n) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum),
      'references', jsonb_build_object('schema', fn.nspname, 'name', fc.relname),
      'referencedColumns', (SELECT jsonb_agg(a.attname ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k(attnum, n) JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum),
      'onUpdate', CASE c.confupdtype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END,
      'onDelete', CASE c.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END,
      'onDeleteColumns', (SELECT coalesce(jsonb_agg(a.attname ORDER BY k.n), '[]')
        FROM jsonb_array_elements_text(CASE jsonb_typeof(to_jsonb(c) -> 'confdelsetcols') WHEN 'array' THEN to_jsonb(c) -> 'confdelsetcols' ELSE '[]' END) WITH ORDINALITY AS k(attnum, n)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum::int),
      'enforced', coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true),
      'match', CASE c.confmatchtype WHEN 'f' THEN 'FULL' ELSE 'SIMPLE' END,
      'deferrable', c.condeferrable, 'initiallyDeferred', c.condeferred, 'validated', c.convalidated,
      'mayReference', has_table_privilege(c.confrelid, 'REFERENCES'),
      'comment', obj_description(c.oid, 'pg_constraint')
    ) ORDER BY c.conname), '[]')
    FROM pg_constraint c JOIN pg_class fc ON fc.oid = c.confrelid JOIN pg_namespace fn ON fn.oid = fc.relnamespace WHERE c.conrelid = w.oid AND c.contype = 'f'),
  'inboundForeignKeys', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', c.conname, 'table', jsonb_build_object('schema', fn.nspname, 'name', fc.relname),
      'columns', (SELECT jsonb_agg(a.attname) FROM unnest(c.confkey) k JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k)
    ) ORDER BY c.conname), '[]')
    FROM pg_constraint c JOIN pg_class fc ON fc.oid = c.conrelid JOIN pg_namespace fn ON fn.oid = fc.relnamespace WHERE c.confrelid = w.oid AND c.contype = 'f'),
  'dependents', (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('column', a.attname, 'kind', dep.kind, 'name', dep.name, 'view', CASE WHEN own.relid = w.oid THEN dep.view END,
      'partition', CASE WHEN own.relid <> w.oid THEN own.relid::regclass::text END)), '[]')
    FROM (SELECT w.oid AS relid UNION ALL SELECT pt.relid FROM pg_partition_tree(w.oid) pt WHERE w.relkind = 'p' AND pt.level > 0) own
    JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass AND p.refobjid = own.relid AND p.refobjsubid > 0
    JOIN pg_attribute a ON a.attrelid = own.relid AND a.attnum = p.refobjsubid
    CROSS JOIN LATERAL (
      SELECT CASE v.relkind WHEN 'm' THEN 'materialized view' WHEN 'v' THEN 'view' ELSE 'rule' END AS kind, CASE WHEN v.relkind IN ('m', 'v') THEN v.relname ELSE r.rulename END AS name,
        CASE WHEN v.relkind = 'v' THEN jsonb_build_object('schema', (SELECT vn.nspname FROM pg_namespace vn WHERE vn.oid = v.relnamespace), 'definition', pg_get_viewdef(v.oid), 'options', coalesce(to_jsonb(v.reloptions), '[]'), 'owned', pg_has_role(v.relowner, 'USAGE'),
          'owner', pg_get_userbyid(v.relowner), 'comment', obj_description(v.oid, 'pg_class'),
          'columnComments', (SELECT coalesce(jsonb_agg(jsonb_build_object('column', va.attname, 'comment', col_description(v.oid, va.attnum)) ORDER BY va.attnum), '[]')
            FROM pg_attribute va WHERE va.attrelid = v.oid AND va.attnum > 0 AND col_description(v.oid, va.attnum) IS NOT NULL),
          'grants', (SELECT jsonb_agg(jsonb_build_object('grantee', CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END, 'privilege', g.privilege_type, 'grantable', g.is_grantable) ORDER BY g.grantee, g.privilege_type) FROM aclexplode(v.relacl) g),
          'columnGrants', (SELECT coalesce(jsonb_agg(jsonb_build_object('column', va.attname, 'grantee', CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END, 'privilege', g.privilege_type, 'grantable', g.is_grantable) ORDER BY va.attnum, g.grantee, g.privilege_type), '[]')
            FROM pg_attribute va, aclexplode(va.attacl) g WHERE va.attrelid = v.oid),
          'defaultGrantees', (SELECT coalesce(jsonb_agg(DISTINCT CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END), '[]')
            FROM pg_default_acl da, aclexplode(da.defaclacl) g WHERE da.defaclrole = current_user::regrole AND da.defaclobjtype = 'r' AND da.defaclnamespace IN (0, v.relnamespace) AND g.grantee <> da.defaclrole),
          'inTheWay', (SELECT min(pg_describe_object(vd.classid, vd.objid, vd.objsubid)) FROM pg_depend vd
            WHERE (vd.refclassid = 'pg_class'::regclass AND vd.refobjid = v.oid OR vd.refclassid = 'pg_type'::regclass AND vd.refobjid IN (v.reltype, (SELECT vt.typarray FROM pg_type vt WHERE vt.oid = v.reltype)))
              AND vd.deptype IN ('n', 'a') AND NOT EXISTS (SELECT FROM pg_rewrite vr WHERE vd.classid = 'pg_rewrite'::regclass AND vr.oid = vd.objid AND vr.ev_class = v.oid AND vr.rulename = '_RETURN'))
        ) END AS view
        FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class WHERE p.classid = 'pg_rewrite'::regclass AND r.oid = p.objid
      UNION ALL SELECT 'policy', pol.polname, NULL FROM pg_policy pol WHERE p.classid = 'pg_policy'::regclass AND pol.oid = p.objid
      UNION ALL SELECT 'trigger', tr.tgname, NULL FROM pg_trigger tr WHERE p.classid = 'pg_trigger'::regclass AND tr.oid = p.objid AND NOT tr.tgisinternal AND (own.relid = w.oid OR tr.tgparentid = 0)
      UNION ALL SELECT 'statistics', st.stxname, NULL FROM pg_statistic_ext st WHERE p.classid = 'pg_statistic_ext'::regclass AND st.oid = p.objid
      UNION ALL SELECT 'publication', pb.pubname, NULL FROM pg_publication_rel pr JOIN pg_publication pb ON pb.oid = pr.prpubid WHERE p.classid = 'pg_publication_rel'::regclass AND pr.oid = p.objid
      UNION ALL SELECT 'function', pf.oid::regprocedure::text, NULL FROM pg_proc pf WHERE p.classid = 'pg_proc'::regclass AND pf.oid = p.objid
      UNION ALL SELECT 'index', xc.relname, NULL FROM pg_index x JOIN pg_class xc ON xc.oid = x.indexrelid
        WHERE own.relid <> w.oid AND p.classid = 'pg_class'::regclass AND x.indexrelid = p.objid AND x.indrelid = own.relid AND NOT xc.relispartition
      UNION ALL SELECT 'constraint', oc.conname, NULL FROM pg_constraint oc
        WHERE own.relid <> w.oid AND p.classid = 'pg_constraint'::regclass AND oc.oid = p.objid AND oc.conparentid = 0 AND oc.coninhcount = 0 AND oc.contype IN ('c', 'f', 'u', 'p', 'x')
      UNION ALL SELECT 'generated column', ga.attname, NULL FROM pg_attrdef gd JOIN pg_attribute ga ON ga.attrelid = gd.adrelid AND ga.attnum = gd.adnum
        WHERE own.relid = w.oid AND p.classid = 'pg_attrdef'::regclass AND gd.oid = p.objid AND ga.attgenerated <> '' AND ga.attnum <> p.refobjsubid
      -- PostgreSQL 14 records the column itself, not its expression.
      UNION SELECT 'generated column', ga.attname, NULL::jsonb FROM pg_attribute ga
        WHERE own.relid = w.oid AND p.classid = 'pg_class'::regclass AND p.objid = w.oid AND ga.attrelid = w.oid AND ga.attnum = p.objsubid AND ga.attgenerated <> ''
    ) dep),
  'triggers', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', tr.tgname,
      'timing', CASE WHEN tr.tgtype & 2 <> 0 THEN 'before' WHEN tr.tgtype & 64 <> 0 THEN 'instead of' ELSE 'after' END,
      'row', tr.tgtype & 1 <> 0, 'updates', tr.tgtype & 16 <> 0,
      'functionName', pr.proname, 'functionBody', pr.prosrc, 'functionSignature', pr.oid::regprocedure::text,
      'functionVolatility', CASE pr.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
      'functionOwned', pg_has_role(pr.proowner, 'USAGE'), 'language', (SELECT l.lanname FROM pg_language l WHERE l.oid = pr.prolang)) ORDER BY tr.tgname), '[]')
    FROM pg_trigger tr JOIN pg_proc pr ON pr.oid = tr.tgfoid JOIN pg_namespace pn ON pn.oid = pr.pronamespace
    WHERE tr.tgrelid = w.oid AND NOT tr.tgisinternal AND pn.nspname <> 'segue'),
  'mayReference', CASE WHEN w.relkind IN ('r', 'p') THEN has_table_privilege(w.oid, 'REFERENCES') ELSE false END,
  'grants', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'grantee', CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END,
      'privilege', g.privilege_type, 'grantable', g.is_grantable) ORDER BY g.grantee, g.privilege_type), '[]')
    FROM pg_class c, aclexplode(c.relacl) g WHERE c.oid = w.oid),
  'publications', (SELECT coalesce(jsonb_agg(b.pubname ORDER BY b.pubname), '[]') FROM pg_publication b
    WHERE b.puballtables OR EXISTS (SELECT 1 FROM pg_publication_rel pr WHERE pr.prpubid = b.oid AND pr.prrelid = w.oid)),
  'takenNames', (SELECT coalesce(jsonb_agg(name), '[]') FROM (
      SELECT relname::text AS name FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE rn.nspname = w.nspname
      UNION SELECT conname::text FROM pg_constraint WHERE conrelid = w.oid) taken)
) ORDER BY w.nspname, w.relname), '[]') AS tables
FROM wanted w`;

/** Schemas ($1 names) with what the role may do there and the names that are taken. */
export const SCHEMAS_QUERY = `
SELECT coalesce(jsonb_agg(jsonb_build_object(
  'name', n.nspname,
  'canCreate', has_schema_privilege(n.oid, 'CREATE'),
  'takenNames', (SELECT coalesce(jsonb_agg(name), '[]') FROM (
      SELECT relname::text AS name FROM pg_class WHERE relnamespace = n.oid UNION SELECT typname::text FROM pg_type WHERE typnamespace = n.oid) taken)
)), '[]') AS found FROM pg_namespace n WHERE n.nspname = ANY ($1::text[])`;

/** Enum types: $1 schemas, $2 names. */
export const ENUMS_QUERY = `
SELECT coalesce(jsonb_agg(jsonb_build_object(
  'schema', n.nspname, 'name', t.typname, 'owned', pg_has_role(t.typowner, 'USAGE'), 'owner', pg_get_userbyid(t.typowner),
  'labels', (SELECT coalesce(jsonb_agg(e.enumlabel ORDER BY e.enumsortorder), '[]') FROM pg_enum e WHERE e.enumtypid = t.oid)
)), '[]') AS found
FROM unnest($1::text[], $2::text[]) AS w(schema, name) JOIN pg_namespace n ON n.nspname = w.schema
JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = w.name AND t.typtype = 'e'`;

/** Domains: $1 schemas, $2 names. */
export const DOMAINS_QUERY = `
SELECT coalesce(jsonb_agg(jsonb_build_object(
  'schema', n.nspname, 'name', t.typname, 'baseType', format_type(t.typbasetype, t.typtypmod), 'notNull', t.typnotnull, 'hasDefault', t.typdefault IS NOT NULL,
  'checks', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', c.conname, 'validated', c.convalidated) ORDER BY c.conname), '[]') FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c')
)), '[]') AS found
FROM unnest($1::text[], $2::text[]) AS w(schema, name) JOIN pg_namespace n ON n.nspname = w.schema
JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = w.name AND t.typtype = 'd'`;
