import type postgres from 'postgres';
import type { PageCursor, PageStretch } from './page-cursor';

/** A range with its cursor: what one lane works on at a time. */
export interface BackfillRange extends PageStretch {
  readonly number: number;
  /** 0: the walk; above: a round of repair. */
  readonly round: number;
  readonly kind: 'pages' | 'keys';
  readonly relation: string;
  readonly cursor: PageCursor;
  readonly lastKey: readonly string[] | null;
  readonly endKey: readonly string[] | null;
  readonly done: boolean;
}

/** What a batch did to its range. */
export interface BatchResult {
  readonly range: BackfillRange;
  /** Rows looked at for the first time. */
  readonly seen: number;
  readonly changed: number;
  /** Pages, once a pass, or rows: what the share of the work counts. */
  readonly units: number;
  /** About how many rows of the whole work that is, for the rate. */
  readonly weight: number;
}

interface RangeRow {
  readonly number: number;
  readonly round: number;
  readonly kind: 'pages' | 'keys';
  readonly relation: string;
  readonly from_page: string;
  readonly to_page: string;
  readonly segment_pages: number;
  readonly passes: number;
  readonly pass: number;
  readonly next_page: string;
  readonly next_item: number;
  readonly last_key: string[] | null;
  readonly end_key: string[] | null;
  readonly done: boolean;
}

/** The ranges of a backfill that are not done, in the order of the disk. */
export async function readOpenRanges(
  sql: postgres.ISql,
  rolloutId: string,
  stepId: string,
): Promise<BackfillRange[]> {
  const rows = await sql<RangeRow[]>`
    SELECT * FROM segue.backfill_ranges WHERE rollout_id = ${rolloutId} AND step_id = ${stepId} AND NOT done ORDER BY number`;
  return rows.map((row) => ({
    number: row.number,
    round: row.round,
    kind: row.kind,
    relation: row.relation,
    fromPage: Number(row.from_page),
    toPage: Number(row.to_page),
    segmentPages: row.segment_pages,
    passes: row.passes,
    cursor: { pass: row.pass, nextPage: Number(row.next_page), nextItem: row.next_item },
    lastKey: row.last_key,
    endKey: row.end_key,
    done: row.done,
  }));
}
