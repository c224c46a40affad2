import type { CheckResult } from '@/lib/core/check-result';
import { NOTHING_RECORDED, type Recorded } from '@/lib/core/recorded';
import type { Direction } from '@/lib/core/rollout';
import { type BackfillProgress, readBackfills } from './backfill/read-backfills';
import { hasSegueSchema } from './segue-schema';
import { type Target, targetError } from './target';

export interface StepProgress {
  readonly stepId: string;
  readonly phase: number;
  readonly direction: Direction;
  readonly state: 'started' | 'done';
  readonly startedAt: string;
  readonly doneAt: string | null;
  readonly lockWaitMs: number;
}

export interface MoveRecord {
  readonly id: number;
  readonly direction: Direction;
  readonly phase: number;
  readonly actor: string;
  readonly via: string;
  readonly words: readonly string[];
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly next: string | null } | null;
}

export interface SegueObject {
  readonly kind: 'column' | 'trigger' | 'function' | 'index' | 'constraint' | 'retired column';
  readonly name: string;
  readonly note: string;
}

export interface Progress {
  readonly steps: readonly StepProgress[];
  readonly backfills: readonly BackfillProgress[];
  readonly checks: readonly CheckResult[];
  readonly moves: readonly MoveRecord[];
  readonly objects: readonly SegueObject[];
  readonly retired: readonly {
    readonly table: string;
    readonly column: string;
    readonly retiredName: string;
    readonly retiredAt: string;
  }[];
  readonly recorded: Recorded;
}

/** As many of the latest recorded values as the page shows, and as much of each. */
const SHOWN = 5;
const SHOWN_CHARS = 200;

const NOTHING: Progress = {
  steps: [],
  backfills: [],
  checks: [],
  moves: [],
  objects: [],
  retired: [],
  recorded: NOTHING_RECORDED,
};

/** All that the target knows of a rollout's progress. Empty for one that it does not know. */
export async function readProgress(target: Target, rolloutId: string): Promise<Progress> {
  if (!(await hasSegueSchema(target))) return NOTHING;
  try {
    const [row] = await target.sql<{ progress: Progress | null }[]>`
      SELECT jsonb_build_object(
        'steps', (SELECT coalesce(jsonb_agg(jsonb_build_object('stepId', step_id, 'phase', phase, 'direction', direction, 'state', state, 'startedAt', started_at, 'doneAt', done_at, 'lockWaitMs', lock_wait_ms) ORDER BY seq), '[]')
          FROM segue.steps WHERE rollout_id = r.id),
        'backfills', '[]'::jsonb,
        'checks', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', check_id, 'title', title, 'moment', moment, 'phase', phase, 'outcome', outcome, 'summary', summary, 'evidence', evidence, 'acknowledged', acknowledged, 'at', at) ORDER BY at), '[]')
          FROM segue.checks WHERE rollout_id = r.id),
        'moves', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'direction', direction, 'phase', phase, 'actor', actor, 'via', via, 'words', words, 'startedAt', started_at, 'endedAt', ended_at, 'outcome', outcome, 'error', error) ORDER BY id), '[]')
          FROM segue.moves WHERE rollout_id = r.id),
        'retired', (SELECT coalesce(jsonb_agg(jsonb_build_object('table', table_schema || '.' || table_name, 'column', column_name, 'retiredName', retired_name, 'retiredAt', retired_at)), '[]')
          FROM segue.retired WHERE rollout_id = r.id),
        'recorded', jsonb_build_object(
          'exceptions', (SELECT count(*) FROM segue.exceptions WHERE transition = r.name),
          'conflicts', (SELECT count(*) FROM segue.conflicts WHERE transition = r.name),
          'lastExceptions', (SELECT coalesce(jsonb_agg(jsonb_build_object('side', side, 'key', key, 'value', left(value, ${SHOWN_CHARS}), 'at', seen_at) ORDER BY seen_at DESC), '[]')
            FROM (SELECT * FROM segue.exceptions WHERE transition = r.name ORDER BY seen_at DESC LIMIT ${SHOWN}) e),
          'lastConflicts', (SELECT coalesce(jsonb_agg(jsonb_build_object('key', key, 'kept', left(kept, ${SHOWN_CHARS}), 'lost', left(lost, ${SHOWN_CHARS}), 'at', at) ORDER BY seq DESC), '[]')
            FROM (SELECT * FROM segue.conflicts WHERE transition = r.name ORDER BY seq DESC LIMIT ${SHOWN}) c)),
        'objects', '[]'::jsonb
      ) AS progress FROM segue.rollouts r WHERE r.id = ${rolloutId}`;
    if (row === undefined || row.progress === null) return NOTHING;
    return {
      ...row.progress,
      backfills: await readBackfills(target, rolloutId),
      objects: await readObjects(target, rolloutId),
    };
  } catch (error) {
    throw targetError(error, target);
  }
}

/** What Segue has in the database for a rollout now, found in the catalog. */
async function readObjects(target: Target, rolloutId: string): Promise<SegueObject[]> {
  const rows = await target.sql<SegueObject[]>`
    WITH tables AS (
      SELECT c.oid, t ->> 'schema' || '.' || (t ->> 'name') AS label FROM segue.rollouts r, jsonb_array_elements(r.plan -> 'tables') t, pg_class c, pg_namespace n
      WHERE r.id = ${rolloutId} AND n.nspname = t ->> 'schema' AND c.relnamespace = n.oid AND c.relname = t ->> 'name'
    ), tag AS (SELECT left(encode(sha256(convert_to(name, 'UTF8')), 'hex'), 8) AS tag FROM segue.rollouts WHERE id = ${rolloutId})
    SELECT 'retired column' AS kind, label || '.' || a.attname AS name, 'kept until Delete' AS note
      FROM tables JOIN pg_attribute a ON a.attrelid = tables.oid AND a.attname LIKE 'segue\\_retired\\_%' AND NOT a.attisdropped, tag WHERE a.attname LIKE 'segue\\_retired\\_' || tag.tag || '%'
    UNION ALL SELECT 'trigger', g.tgname, 'on ' || label FROM tables JOIN pg_trigger g ON g.tgrelid = tables.oid, tag WHERE g.tgname LIKE 'zzz\\_segue\\_' || tag.tag || '%'
    UNION ALL SELECT 'function', 'segue.' || p.proname, 'called by the trigger' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, tag WHERE n.nspname = 'segue' AND p.proname LIKE '%\\_' || tag.tag || '\\_%'
    UNION ALL SELECT 'constraint', c.conname, 'proof on ' || label FROM tables JOIN pg_constraint c ON c.conrelid = tables.oid, tag WHERE c.conname LIKE 'segue\\_%' || tag.tag || '%' AND c.contype = 'c'
    ORDER BY 1, 2`;
  const expected = await target.sql<SegueObject[]>`
    SELECT 'index' AS kind, w ->> 'name' AS name, CASE WHEN i.indisvalid THEN 'on the new column' ELSE 'being built' END AS note
    FROM segue.rollouts r, jsonb_array_elements(r.plan -> 'phases') p, jsonb_array_elements(p -> 'steps') s, jsonb_extract_path(s, 'index') w, pg_class c, pg_index i, pg_namespace n
    WHERE r.id = ${rolloutId} AND w IS NOT NULL AND n.nspname = w -> 'table' ->> 'schema' AND c.relnamespace = n.oid AND c.relname = w ->> 'name' AND i.indexrelid = c.oid`;
  return [...rows, ...expected].map((row) => ({ ...row }));
}
