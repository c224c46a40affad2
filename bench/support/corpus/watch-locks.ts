import { inSession, type ScratchDatabase } from '@/lib/engine/prove/scratch';

/**
 * Two event triggers that note each command of a schema change that read or wrote the rows of a table while its transaction held a lock
 * that stops writers on that table. The server's own counters tell what was read: whatever grows with the table is counted as a scan
 * there, a rewrite, a build or a validation. Tables that the transaction itself made are nobody's; those without rows have nothing to read.
 */
const WATCH = `
CREATE SCHEMA segue_watch;
CREATE TABLE segue_watch.seen (tag text, relation text, modes text[], command text);
CREATE FUNCTION segue_watch.scans() RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_object_agg(c.oid, pg_stat_get_xact_numscans(c.oid)), '{}') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^(pg_|segue)' AND n.nspname <> 'information_schema' AND pg_relation_size(c.oid) > 0 $$;
CREATE FUNCTION segue_watch.before() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM set_config('segue_watch.before', segue_watch.scans()::text, true);
  IF coalesce(current_setting('segue_watch.there', true), '') = '' THEN
    PERFORM set_config('segue_watch.there', (SELECT array_agg(oid)::text FROM pg_class WHERE relkind IN ('r', 'm')), true);
  END IF;
END $$;
CREATE FUNCTION segue_watch.after() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE was jsonb := coalesce(nullif(current_setting('segue_watch.before', true), ''), '{}')::jsonb; found record;
BEGIN
  FOR found IN
    SELECT l.relation::regclass::text AS relation, array_agg(l.mode) AS modes FROM pg_locks l JOIN jsonb_each_text(segue_watch.scans()) s ON s.key::oid = l.relation
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') AND s.value::bigint > coalesce((was ->> s.key)::bigint, 0)
      AND l.relation = ANY (coalesce(nullif(current_setting('segue_watch.there', true), ''), '{}')::oid[])
    GROUP BY 1
  LOOP
    INSERT INTO segue_watch.seen VALUES (tg_tag, found.relation, found.modes, left(current_query(), 300));
  END LOOP;
END $$;
CREATE EVENT TRIGGER segue_watch_before ON ddl_command_start EXECUTE FUNCTION segue_watch.before();
CREATE EVENT TRIGGER segue_watch_after ON ddl_command_end EXECUTE FUNCTION segue_watch.after();`;

/** From now on the database notes long work under strong locks. The caller is a superuser. */
export async function watchLocks(database: ScratchDatabase): Promise<void> {
  await inSession(database, (sql) => sql.unsafe(WATCH));
}

/** What it has noted, in words. */
export async function longWorkSeen(database: ScratchDatabase): Promise<string[]> {
  const rows = await inSession(
    database,
    (sql) =>
      sql<
        { line: string }[]
      >`SELECT DISTINCT format('%s on %s under %s: %s', tag, relation, modes, command) AS line FROM segue_watch.seen ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}
