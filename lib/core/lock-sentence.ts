import { LOCK_MODES, type LockMode, type StepLock } from './plan';

/** What a lock of this mode on a table makes the application wait for (manual, table "Conflicting Lock Modes"). */
export function blocksWhat(mode: LockMode): 'nobody' | 'writes' | 'everything' {
  if (mode === 'ACCESS EXCLUSIVE') return 'everything';
  // ROW EXCLUSIVE, which every INSERT, UPDATE and DELETE takes, conflicts with SHARE and everything stronger.
  return LOCK_MODES.indexOf(mode) >= LOCK_MODES.indexOf('SHARE') ? 'writes' : 'nobody';
}

function tableList(relations: readonly string[]): string {
  const short = [...new Set(relations.map((relation) => relation.replace(/^public\./, '')))];
  if (short.length <= 1) return short[0] ?? '';
  return `${short.slice(0, -1).join(', ')} and ${short.at(-1)}`;
}

/**
 * One plain sentence on what locks do to the application. `maxPauseMs` is the rollout's setting: the longest time for
 * which Segue lets a query wait behind it.
 */
export function lockSentence(locks: readonly StepLock[], maxPauseMs: number): string {
  const queries = locks.filter((lock) => blocksWhat(lock.mode) === 'everything').map((lock) => lock.relation);
  const writes = locks.filter((lock) => blocksWhat(lock.mode) === 'writes').map((lock) => lock.relation);
  if (queries.length > 0)
    return `May pause queries on ${tableList([...queries, ...writes])} up to ${maxPauseMs} ms.`;
  if (writes.length > 0) return `May pause writes to ${tableList(writes)} up to ${maxPauseMs} ms.`;
  return 'Blocks nobody.';
}
