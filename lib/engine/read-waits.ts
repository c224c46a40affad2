import type { Blocker } from '@/lib/core/blocker';
import type { Hold } from '@/lib/core/hold';
import type { StatementProgress } from '@/lib/core/index-progress';
import type { RelationName } from '@/lib/core/sql-text';
import { readBlockers } from './blockers';
import { readCommitWait } from './commit-wait';
import { readHolds } from './holds';
import { readStatement } from './read-statement';
import { type Target, targetError } from './target';

/** What keeps a rollout waiting, or would. */
export interface Waits {
  readonly holds: readonly Hold[];
  /** All of them, the youngest too: what is worth a line on the page is for the page to say. */
  readonly blockers: readonly Blocker[];
  readonly statement: StatementProgress | null;
}

/**
 * Who holds the tables of a rollout or is waited for now, what it waits for, and how far a long statement is.
 * Reads only; also for a rollout that the target does not know yet.
 */
export async function readWaits(
  target: Target,
  rolloutId: string,
  tables: readonly RelationName[],
): Promise<Waits> {
  try {
    const [holds, commit, blockers, statement] = await Promise.all([
      readHolds(target, rolloutId),
      readCommitWait(target, rolloutId),
      readBlockers(target, { tables, rolloutId }),
      readStatement(target, rolloutId),
    ]);
    return {
      holds: commit === null ? holds : [commit, ...holds],
      blockers,
      statement,
    };
  } catch (error) {
    throw targetError(error, target);
  }
}
