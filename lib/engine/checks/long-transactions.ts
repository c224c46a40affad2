import type { Blocker } from '@/lib/core/blocker';
import type { RelationName } from '@/lib/core/sql-text';
import { readBlockers } from '../blockers';
import type { Target } from '../target';

/** Transactions that hold a lock on one of the tables, oldest first, Segue's own apart. */
export function longestTransactions(target: Target, tables: readonly RelationName[]): Promise<Blocker[]> {
  return readBlockers(target, { tables, rolloutId: null });
}
