import { segueSchemaVersion } from '../segue-schema';
import type { Target } from '../target';
import type { LaneView } from './lane';

/** Since this version of schema `segue` a backfill has ranges. */
const SINCE_VERSION = 3;

export interface BackfillProgress {
  readonly stepId: string;
  /** Rows looked at: exact, as committed. */
  readonly rowsSeen: number;
  readonly rowsChanged: number;
  readonly rowsTotal: number;
  /** False: the total is the server's estimate. */
  readonly totalIsExact: boolean;
  /** Work done as 0…1, from the pages or keys of all ranges: exact. null where an earlier commit of Segue walks. */
  readonly share: number | null;
  /** Recent, smoothed, over time worked only. */
  readonly rowsPerSecond: number | null;
  readonly state: 'running' | 'done';
  /** Above 0: everything was walked, and what moved meanwhile is looked for. */
  readonly round: number;
  readonly workingMs: number;
  readonly heldMs: number;
  readonly lanes: readonly LaneView[];
  /** What could not be looked at, with the right that is missing. */
  readonly unseen: readonly string[];
}

/** How each backfill of a rollout stands, in the order in which they began. Creates nothing. */
export async function readBackfills(target: Target, rolloutId: string): Promise<BackfillProgress[]> {
  if ((await segueSchemaVersion(target.sql)) < SINCE_VERSION) return readFirstVersion(target, rolloutId);
  const rows = await target.sql<BackfillProgress[]>`
    SELECT b.step_id AS "stepId", (b.rows_seen + r.seen)::float8 AS "rowsSeen", (b.rows_changed + r.changed)::float8 AS "rowsChanged",
      (CASE WHEN b.done THEN b.rows_seen + r.seen ELSE greatest(b.rows_total, b.rows_seen + r.seen) END)::float8 AS "rowsTotal", b.done AS "totalIsExact",
      CASE WHEN b.done THEN 1 WHEN r.total > 0 THEN (r.earlier * b.rows_seen + r.finished) / (r.earlier * b.rows_seen + r.total) END AS share,
      b.recent_rows_per_second AS "rowsPerSecond", CASE WHEN b.done THEN 'done' ELSE 'running' END AS state, r.round,
      b.working_ms::float8 AS "workingMs", b.held_ms::float8 AS "heldMs", b.lanes, b.unseen
    FROM segue.backfills b, LATERAL (
      SELECT coalesce(sum(rows_seen), 0) AS seen, coalesce(sum(rows_changed), 0) AS changed, coalesce(max(round), 0) AS round,
        -- By key its units are rows, those of an earlier commit's cursor included.
        max((kind = 'keys')::integer) AS earlier,
        sum(units_done) FILTER (WHERE round = 0)::float8 AS finished, sum(units_total) FILTER (WHERE round = 0)::float8 AS total
      FROM segue.backfill_ranges WHERE rollout_id = b.rollout_id AND step_id = b.step_id) r
    WHERE b.rollout_id = ${rolloutId} ORDER BY b.started_at`;
  return rows.map((row) => ({ ...row }));
}

/** The same where the backfill was begun, and is still worked on, by an earlier commit of Segue. */
async function readFirstVersion(target: Target, rolloutId: string): Promise<BackfillProgress[]> {
  const rows = await target.sql<BackfillProgress[]>`
    SELECT step_id AS "stepId", rows_seen::float8 AS "rowsSeen", rows_changed::float8 AS "rowsChanged",
      (CASE WHEN done THEN rows_seen ELSE greatest(rows_total, rows_seen) END)::float8 AS "rowsTotal", done AS "totalIsExact", CASE WHEN done THEN 1 END AS share,
      recent_rows_per_second AS "rowsPerSecond", CASE WHEN done THEN 'done' ELSE 'running' END AS state, 0 AS round,
      working_ms::float8 AS "workingMs", 0 AS "heldMs", '[]'::jsonb AS lanes, '[]'::jsonb AS unseen
    FROM segue.backfills WHERE rollout_id = ${rolloutId} ORDER BY started_at`;
  return rows.map((row) => ({ ...row }));
}
