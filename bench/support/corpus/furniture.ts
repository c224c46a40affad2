import type { ScratchServer } from '@/lib/engine/prove/scratch';

const OWNER = 'segue_corpus_owner';
const READER = 'segue_corpus_reader';

/** Roles that the furniture names. They are gone when the server is closed. */
export async function addFurnitureRoles(server: ScratchServer): Promise<void> {
  await server.addRole(OWNER);
  await server.addRole(READER);
}

/**
 * What real databases have and migration files seldom say: tables that belong to a role of their own, rights on tables and columns,
 * comments everywhere. A plan must leave of it what the raw file leaves.
 */
export const FURNITURE = `DO $$
DECLARE t record;
BEGIN
  FOR t IN SELECT n.oid, quote_ident(n.nspname) AS name FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO ${OWNER}, ${READER}', t.name);
  END LOOP;
  FOR t IN SELECT c.oid, c.relkind, c.oid::regclass::text AS name, obj_description(c.oid, 'pg_class') AS said FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') LOOP
    EXECUTE format('ALTER %s %s OWNER TO ${OWNER}', CASE t.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, t.name);
    EXECUTE format('GRANT SELECT ON %s TO ${READER}', t.name);
    IF t.said IS NULL AND t.relkind IN ('r', 'p') THEN EXECUTE format('COMMENT ON TABLE %s IS %L', t.name, 'about ' || t.name); END IF;
  END LOOP;
  FOR t IN SELECT c.oid::regclass::text AS tab, quote_ident(a.attname) AS col, a.attnum, col_description(c.oid, a.attnum) AS said FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' LOOP
    IF t.said IS NULL THEN EXECUTE format('COMMENT ON COLUMN %s.%s IS %L', t.tab, t.col, 'about ' || t.col); END IF;
    IF t.attnum % 3 = 0 THEN EXECUTE format('GRANT UPDATE (%s) ON %s TO ${READER}', t.col, t.tab); END IF;
  END LOOP;
END $$`;
