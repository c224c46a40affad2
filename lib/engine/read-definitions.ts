import type { RelationName } from '@/lib/core/sql-text';
import type { Target } from './target';

const WANTED = `SELECT c.*, n.nspname, c.oid::regclass::text AS label FROM unnest($1::text[], $2::text[]) AS w(schema, name)
  JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name`;
const CODE = `SELECT p.*, n.nspname, p.oid::regprocedure::text AS label FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.proname = ANY ($3::text[]) AND n.nspname !~ '^pg_' AND p.prokind IN ('f', 'p')`;

const note = (what: string, oid: string, catalog: string, from: string, key: string) =>
  `SELECT 5 AS ord, ${key} AS key, 'COMMENT ON ' || ${what} || ' IS ' || quote_literal(obj_description(${oid}, '${catalog}')) AS sql FROM ${from} WHERE obj_description(${oid}, '${catalog}') IS NOT NULL`;

/** Rights as they are, after all that come by themselves. */
const rights = (what: string, acl: string, owner: string, from: string, key: string) => `
  SELECT 3 AS ord, ${key} AS key, 'REVOKE ALL ON ' || ${what} || ' FROM PUBLIC, ' || ${owner}::regrole AS sql FROM ${from} WHERE ${acl} IS NOT NULL
  UNION ALL SELECT 4, ${key}, 'GRANT ' || g.privilege_type || ' ON ' || ${what} || ' TO ' || CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
  FROM ${from}, aclexplode(${acl}) g WHERE ${acl} IS NOT NULL`;

const POLICIES = `(SELECT p.*, c.label, c.nspname, c.relname FROM pg_policy p JOIN (${WANTED}) c ON c.oid = p.polrelid) p`;
const POLICY_KEY = `'policy ' || nspname || '.' || relname || ' ' || polname`;
const TRIGGERS = `(SELECT t.*, c.label, c.nspname, c.relname FROM pg_trigger t JOIN (${WANTED}) c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgparentid = 0) t`;
const TRIGGER_KEY = `'trigger ' || nspname || '.' || relname || ' ' || tgname`;
const VIEWS = `(SELECT * FROM (${WANTED}) c WHERE relkind IN ('v', 'm')) v`;
const VIEW_KEY = `'view ' || nspname || '.' || relname`;
const VIEW_WORD = `CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW ' ELSE 'VIEW ' END`;
const FUNCTIONS = `(${CODE}) f`;
// The types' names without their schemas, as the planner's keys have them.
const FUNCTION_KEY = `'function ' || nspname || '.' || proname || '(' || coalesce((SELECT string_agg(regexp_replace(replace(format_type(t, NULL), '"', ''), '^.*\\.', ''), ', ' ORDER BY at) FROM unnest(proargtypes) WITH ORDINALITY a(t, at)), '') || ')'`;

const QUERY = `SELECT key, sql FROM (
  SELECT 1 AS ord, ${POLICY_KEY} AS key, 'CREATE POLICY ' || quote_ident(polname) || ' ON ' || label || CASE WHEN polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
    || ' FOR ' || CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
    || ' TO ' || (SELECT string_agg(CASE WHEN x = 0 THEN 'PUBLIC' ELSE x::regrole::text END, ', ') FROM unnest(polroles) x)
    || coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '') || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '') AS sql FROM ${POLICIES}
  UNION ALL SELECT 1, ${TRIGGER_KEY}, pg_get_triggerdef(oid) FROM ${TRIGGERS}
  UNION ALL SELECT 2, ${TRIGGER_KEY}, 'ALTER TABLE ' || label || CASE tgenabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END || ' TRIGGER ' || quote_ident(tgname) FROM ${TRIGGERS} WHERE tgenabled <> 'O'
  UNION ALL SELECT 1, ${VIEW_KEY}, 'CREATE ' || ${VIEW_WORD} || label || coalesce(' WITH (' || array_to_string(reloptions, ', ') || ')', '') || ' AS ' || pg_get_viewdef(oid) FROM ${VIEWS}
  UNION ALL SELECT 2, ${VIEW_KEY}, 'ALTER ' || ${VIEW_WORD} || label || ' OWNER TO ' || relowner::regrole FROM ${VIEWS}
  UNION ALL SELECT 2, ${VIEW_KEY}, pg_get_indexdef(indexrelid) FROM ${VIEWS} JOIN pg_index ON indrelid = oid
  UNION ALL SELECT 2, ${VIEW_KEY}, pg_get_triggerdef(t.oid) FROM ${VIEWS} JOIN pg_trigger t ON t.tgrelid = v.oid WHERE NOT t.tgisinternal
  UNION ALL ${rights(`'TABLE ' || label`, 'relacl', 'relowner', VIEWS, VIEW_KEY)}
  UNION ALL SELECT 4, ${VIEW_KEY}, 'GRANT ' || g.privilege_type || ' (' || quote_ident(a.attname) || ') ON ' || label || ' TO ' || CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
    FROM ${VIEWS} JOIN pg_attribute a ON a.attrelid = v.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped, aclexplode(a.attacl) g
  UNION ALL SELECT 5, ${VIEW_KEY}, 'COMMENT ON COLUMN ' || label || '.' || quote_ident(a.attname) || ' IS ' || quote_literal(col_description(v.oid, a.attnum))
    FROM ${VIEWS} JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE col_description(v.oid, a.attnum) IS NOT NULL
  UNION ALL SELECT 1, ${FUNCTION_KEY}, pg_get_functiondef(oid) FROM ${FUNCTIONS}
  UNION ALL SELECT 2, ${FUNCTION_KEY}, 'ALTER ROUTINE ' || label || ' OWNER TO ' || proowner::regrole FROM ${FUNCTIONS}
  UNION ALL ${rights(`'ROUTINE ' || label`, 'proacl', 'proowner', FUNCTIONS, FUNCTION_KEY)}
  UNION ALL ${note(`'POLICY ' || quote_ident(polname) || ' ON ' || label`, 'oid', 'pg_policy', POLICIES, POLICY_KEY)}
  UNION ALL ${note(`'TRIGGER ' || quote_ident(tgname) || ' ON ' || label`, 'oid', 'pg_trigger', TRIGGERS, TRIGGER_KEY)}
  UNION ALL ${note(`${VIEW_WORD} || label`, 'oid', 'pg_class', VIEWS, VIEW_KEY)}
  UNION ALL ${note(`'ROUTINE ' || label`, 'oid', 'pg_proc', FUNCTIONS, FUNCTION_KEY)}
) made ORDER BY key, ord, sql`;

/**
 * How policies and triggers on these relations, the views among them, and functions of these names were made, as statements that make
 * them again with owner, rights and comments; names are written with their schema.
 */
export async function readDefinitions(
  target: Target,
  relations: readonly RelationName[],
  functions: readonly string[],
): Promise<Record<string, string[]>> {
  const rows = await target.sql.begin('read only', async (tx) => {
    await tx`SET LOCAL search_path = ''`;
    return tx.unsafe<{ key: string; sql: string }[]>(QUERY, [
      relations.map(({ schema }) => schema),
      relations.map(({ name }) => name),
      [...functions],
    ]);
  });
  const definitions: Record<string, string[]> = {};
  for (const { key, sql } of rows) definitions[key] = [...(definitions[key] ?? []), sql.replace(/;\s*$/, '')];
  return definitions;
}
