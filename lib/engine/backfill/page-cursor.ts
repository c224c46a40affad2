/** A stretch of pages of one table, walked segment by segment and each segment in passes. */
export interface PageStretch {
  readonly fromPage: number;
  readonly toPage: number;
  readonly segmentPages: number;
  /** How often a segment is walked; each pass but the last takes its share of the rows. */
  readonly passes: number;
}

/** Where the next batch begins. */
export interface PageCursor {
  readonly pass: number;
  readonly nextPage: number;
  /** Line pointer within the page; 0: its beginning. */
  readonly nextItem: number;
}

/** Where the segment of a cursor ends. */
export function segmentEnd(stretch: PageStretch, cursor: PageCursor): number {
  const segment = Math.floor((cursor.nextPage - stretch.fromPage) / stretch.segmentPages);
  return Math.min(stretch.toPage, stretch.fromPage + (segment + 1) * stretch.segmentPages);
}

/** The cursor after all up to `page`, `item` is done in this pass; `units` are the pages that this completes. */
export function advanceTo(
  stretch: PageStretch,
  cursor: PageCursor,
  page: number,
  item: number,
): { readonly cursor: PageCursor; readonly units: number; readonly done: boolean } {
  const end = segmentEnd(stretch, cursor);
  if (page < end)
    return {
      cursor: { ...cursor, nextPage: page, nextItem: item },
      units: page - cursor.nextPage,
      done: false,
    };
  const units = end - cursor.nextPage;
  if (cursor.pass + 1 < stretch.passes) {
    const start =
      stretch.fromPage +
      Math.floor((cursor.nextPage - stretch.fromPage) / stretch.segmentPages) * stretch.segmentPages;
    return { cursor: { pass: cursor.pass + 1, nextPage: start, nextItem: 0 }, units, done: false };
  }
  return { cursor: { pass: 0, nextPage: end, nextItem: 0 }, units, done: end >= stretch.toPage };
}

/** Pages that hold about `rows` rows of a pass that takes `share` of them; 0: less than one page does. */
export function pagesFor(rows: number, rowsPerPage: number, share: number): number {
  return Math.floor(rows / share / Math.max(rowsPerPage, 1));
}

/** Settings of a transaction that say from which place up to which its batch goes. */
export const BOUNDS = { from: 'segue.batch_from', to: 'segue.batch_to' } as const;

/**
 * Condition on `t` for rows at or after one place and before another, as PostgreSQL's TID range scan serves it; the bounds are
 * read when the scan begins, and when it is planned, so that it is known to be a short one.
 */
export const PAGE_CONDITION = `t.ctid >= pg_catalog.current_setting('${BOUNDS.from}')::tid AND t.ctid < pg_catalog.current_setting('${BOUNDS.to}')::tid`;

/** Line pointers are dealt out in so many parts. */
const PARTS = 256;
/** Odd, near PARTS ÷ the golden ratio: neighbours in a page fall far apart, so each pass finds its share in every page. */
const SCATTER = 157;
/**
 * Each pass takes less than the one before: the new rows are a little longer than the old ones whose room they take. With
 * equal shares the later ones find less room than they need.
 */
const DECLINE = 0.87;

/** Where in 0…1 the share of a pass begins; that of `passes` is 1. */
function passStart(pass: number, passes: number): number {
  return (1 - DECLINE ** pass) / (1 - DECLINE ** passes);
}

/** The part of the rows, 0…1, that a pass takes. */
export function passShare(pass: number, passes: number): number {
  return passStart(pass + 1, passes) - passStart(pass, passes);
}

/**
 * Condition on `t` for the share of a pass, by the place of a row within its page; the last takes whatever is left. Between
 * two passes PostgreSQL can clear away the versions that the first has replaced, so that the next ones find room in
 * their own page: no new index entries, and a table that grows by half instead of doubling.
 */
export function passCondition(pass: number, passes: number): string {
  if (pass >= passes - 1) return 'true';
  const from = Math.round(passStart(pass, passes) * PARTS);
  const to = Math.round(passStart(pass + 1, passes) * PARTS);
  // The last byte of a tid as it is sent is the low one of the line pointer's number: far cheaper to get than by its text.
  return `((pg_catalog.get_byte(pg_catalog.tidsend(t.ctid), 5) * ${SCATTER} - ${from}) & ${PARTS - 1}) < ${to - from}`;
}
