import { ANY, type Memory } from './memory';

/** Which tables have changed since it was asked before; null: any may have, as when it is asked for the first time. */
export function followChanges(memory: Memory): () => ReadonlySet<string> | null {
  let seen = -1;
  return () => {
    const fresh = seen < 0 ? null : memory.changes.slice(seen);
    seen = memory.changes.length;
    return fresh === null || fresh.includes(ANY) ? null : new Set(fresh);
  };
}
