import type { PageStretch } from './page-cursor';

/** One table with rows of its own: the table, or each of its partitions. */
export interface Leaf {
  /** Quoted, with its schema. */
  readonly relation: string;
  readonly filenode: string;
  readonly pages: number;
  readonly rowsPerPage: number;
  /** False: an index holds the column, so no update of it can stay within its page without a new index entry. */
  readonly staysInPage: boolean;
}

export interface PlannedRange extends PageStretch {
  readonly relation: string;
  readonly filenode: string;
}

/** On rows of 130 bytes the table grows half as much as with one pass. More of them save little more, and each reads every page again. */
const PASSES = 4;
/** Above it a segment no longer stays in a small shared_buffers until its last pass; far below it the passes of one lane come so close that another lane's batch still sees the old versions. */
const MAX_SEGMENT_PAGES = 2048;
const MIN_SEGMENT_PAGES = 128;
/** Most lanes that there can be: with a multiple of it none is left over at the end. */
const LANES = 4;
/** A small table in passes has as few segments as two lanes can share, for the reason above. */
const FEWEST_IN_PASSES = 2;
/** With fewer rows in a page the passes have nothing to divide. */
const MIN_ROWS_PER_PAGE = 8;
/** Enough that four lanes end at about the same time. */
const RANGES = 32;

function segmentsOf(pages: number, divides: boolean): number {
  const fewest = Math.ceil(pages / MAX_SEGMENT_PAGES);
  if (divides && fewest <= FEWEST_IN_PASSES) return FEWEST_IN_PASSES;
  return Math.ceil(fewest / LANES) * LANES;
}

/** Divides tables into ranges of pages that several lanes can take. Empty tables have none. Pure. */
export function planRanges(leaves: readonly Leaf[], once: boolean): PlannedRange[] {
  return leaves.flatMap((leaf) => {
    const { relation, filenode, pages } = leaf;
    if (pages === 0) return [];
    const divides =
      !once &&
      leaf.staysInPage &&
      leaf.rowsPerPage >= MIN_ROWS_PER_PAGE &&
      pages >= FEWEST_IN_PASSES * MIN_SEGMENT_PAGES;
    const segmentPages = Math.ceil(pages / segmentsOf(pages, divides));
    const size = Math.max(1, Math.ceil(pages / segmentPages / RANGES)) * segmentPages;
    return Array.from({ length: Math.ceil(pages / size) }, (_, index) => ({
      relation,
      filenode,
      fromPage: index * size,
      toPage: Math.min(pages, (index + 1) * size),
      segmentPages,
      passes: divides ? PASSES : 1,
    }));
  });
}
