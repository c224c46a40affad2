import type { ExaminedObject, RetiredColumn } from '@/lib/core/examination';
import type { Target } from '../target';

/** A row of the catalog or of Segue's records, as the doctor reads them. */
export interface RolloutTraces {
  readonly id: string;
  readonly epoch: string;
  readonly owner: string | null;
  readonly heartbeat: string;
  readonly alive: boolean;
  readonly claims: string[];
  readonly retired: RetiredColumn[];
  readonly exceptions: number;
  readonly conflicts: number;
}

/** Leases, claims, retired columns and recorded values, by rollout. */
export async function readTraces(target: Target): Promise<RolloutTraces[]> {
  const rows = await target.sql<RolloutTraces[]>`
    SELECT r.id, coalesce(l.epoch, 0)::text AS epoch, l.owner, to_jsonb(coalesce(l.heartbeat_at, r.created_at)) #>> '{}' AS heartbeat,
      coalesce(l.owner IS NOT NULL AND l.heartbeat_at BETWEEN clock_timestamp() - interval '10 seconds' AND clock_timestamp() + interval '10 seconds', false) AS alive,
      (SELECT coalesce(jsonb_agg(c.table_schema || '.' || c.table_name ORDER BY 1), '[]') FROM segue.table_claims c WHERE c.rollout_id = r.id) AS claims,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('table', d.table_schema || '.' || d.table_name, 'column', d.column_name, 'retiredName', d.retired_name, 'reason', d.reason,
          'retiredAt', d.retired_at, 'expiresAt', CASE WHEN d.reason = 'contract' THEN r.retained_until END,
          'present', EXISTS (SELECT 1 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = d.table_schema AND c.relname = d.table_name AND a.attname = d.retired_name AND NOT a.attisdropped)) ORDER BY d.retired_at), '[]')
        FROM segue.retired d WHERE d.rollout_id = r.id) AS retired,
      (SELECT count(*)::integer FROM segue.exceptions e WHERE e.transition = r.name) AS exceptions,
      (SELECT count(*)::integer FROM segue.conflicts x WHERE x.transition = r.name) AS conflicts
    FROM segue.rollouts r LEFT JOIN segue.leases l ON l.rollout_id = r.id ORDER BY r.created_at, r.name`;
  return [...rows];
}

/** Everything outside Segue's own tables that has a name of Segue's, with the statement that would remove it. */
export async function readSegueObjects(target: Target): Promise<ExaminedObject[]> {
  const rows = await target.sql<ExaminedObject[]>`
    SELECT * FROM (
      SELECT 'trigger' AS kind, g.tgname::text AS name, g.tgrelid::regclass::text AS "table", format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass) AS removal
        FROM pg_trigger g WHERE g.tgname ~ '^(zzz_|!)segue_' AND NOT g.tgisinternal AND g.tgparentid = 0
      UNION ALL SELECT 'constraint', c.conname::text, c.conrelid::regclass::text, format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname)
        FROM pg_constraint c WHERE c.conname LIKE 'segue\\_%' AND c.conrelid <> 0 AND c.coninhcount = 0
        AND NOT EXISTS (SELECT 1 FROM pg_namespace n WHERE n.oid = c.connamespace AND n.nspname = 'segue')
      UNION ALL SELECT 'column', a.attname::text, a.attrelid::regclass::text, format('ALTER TABLE %s DROP COLUMN %I', a.attrelid::regclass, a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') WHERE a.attname LIKE 'segue\\_retired\\_%' AND NOT a.attisdropped AND a.attinhcount = 0
      UNION ALL SELECT 'index', c.relname::text, i.indrelid::regclass::text, format('DROP INDEX CONCURRENTLY %s', c.oid::regclass)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname LIKE '%segue\\_%' AND n.nspname <> 'segue' AND n.nspname !~ '^pg_' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
      UNION ALL SELECT 'function', 'segue.' || p.proname, NULL, format('DROP FUNCTION %s CASCADE', p.oid::regprocedure)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'segue' WHERE p.proname ~ '_[0-9a-f]{8}(_|$)'
      UNION ALL SELECT 'sequence', c.oid::regclass::text, NULL, format('DROP SEQUENCE %s', c.oid::regclass)
        FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace = to_regnamespace('segue') AND c.relname LIKE 'stand\_in\_%'
    ) found ORDER BY array_position(ARRAY['trigger', 'constraint', 'column', 'index', 'function', 'sequence'], kind), 2`;
  return rows.map((row) => ({ ...row }));
}

export interface Unfinished {
  readonly kind: 'index' | 'constraint';
  readonly name: string;
  readonly table: string;
  /** A build that runs now. */
  readonly building: boolean;
  readonly statement: string;
}

/** Invalid indexes and constraints that were never validated, whoever made them. */
export async function readUnfinished(target: Target): Promise<Unfinished[]> {
  const rows = await target.sql<Unfinished[]>`
    SELECT 'index' AS kind, c.relname::text AS name, i.indrelid::regclass::text AS "table",
      EXISTS (SELECT 1 FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) AS building,
      format('DROP INDEX CONCURRENTLY %s', c.oid::regclass) AS statement
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' WHERE NOT i.indisvalid
    UNION ALL SELECT 'constraint', c.conname::text, c.conrelid::regclass::text, false,
      format('ALTER TABLE %s VALIDATE CONSTRAINT %I', c.conrelid::regclass, c.conname)
    FROM pg_constraint c WHERE NOT c.convalidated AND c.conrelid <> 0 AND c.conparentid = 0 AND coalesce(to_jsonb(c) ->> 'conenforced', 'true') = 'true'
    ORDER BY 1, 3, 2`;
  return rows.map((row) => ({ ...row }));
}

/** Sessions that work under a lease that is not the present one. */
export async function readStaleSessions(
  target: Target,
): Promise<{ readonly pid: number; readonly rolloutId: string; readonly since: string }[]> {
  const rows = await target.sql<{ pid: number; rolloutId: string; since: string }[]>`
    SELECT a.pid, l.rollout_id::text AS "rolloutId", to_jsonb(a.backend_start) #>> '{}' AS since
    FROM pg_stat_activity a JOIN segue.leases l ON a.application_name LIKE 'segue ' || l.rollout_id || ' %'
    WHERE a.datname = current_database() AND a.application_name <> 'segue ' || l.rollout_id || ' ' || l.epoch ORDER BY a.pid`;
  return rows.map((row) => ({ ...row }));
}
