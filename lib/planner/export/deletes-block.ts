import type { BackfillWork } from '@/lib/core/plan';
import type { RowsDelete } from '@/lib/core/rows-delete';
import { quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { bringBackStatement, nextGone } from '../bring-back-statement';
import { deleteStatements } from '../delete-statements';
import { keyWalk } from './key-walk';
import { untilNone } from './tried-again';

/** Rows of a batch. */
const ROWS = 2000;

/** A DELETE in one walk over the table. Rows that go are kept beside, with those that go along. May be stopped and run again. */
export const deletesBlock = (work: BackfillWork, deletes: RowsDelete): string =>
  keyWalk(work, (within) => {
    const { take, along, remove, settle } = deleteStatements(deletes, quoteName(work.table), within);
    return [take, ...along, remove, ...settle].map((statement) => `${statement};`).join('\n        ');
  });

/** The way back, a block for each table, parents first: rows come back as they were; those that cannot are recorded. */
export function bringBackBlocks(work: BackfillWork, deletes: RowsDelete, transition: string): string[] {
  return deletes.tables.map((rows, at) =>
    untilNone(
      `PERFORM pg_catalog.count(*) FROM (${nextGone(rows, ROWS)} FOR UPDATE) AS locked;
        ${bringBackStatement(rows, {
          limit: ROWS,
          operation: work.operation,
          transition: quoteLiteral(transition),
          staysFound: deletes.computed && at === 0,
        })} INTO segue_changed;`,
      // A row's parent went while it came back: next time it is left out.
      { spareSync: false, alsoOn: 'foreign_key_violation' },
    ),
  );
}
