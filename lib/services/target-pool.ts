import { SegueError } from '@/lib/core/errors';
import { answered } from '@/lib/engine/answered';
import { isConnectionError, openTarget, sqlStateOf, type Target, targetError } from '@/lib/engine/target';
import type { StoredDatabase } from '@/lib/store/databases';
import type { EncryptionKey } from '@/lib/store/encryption-key';
import { withoutPassword } from '@/lib/store/hide-password';
import { decryptText } from '@/lib/store/secret-text';

/** A pool without use is closed after this time: a target's connections are dear. */
const IDLE_MS = 60_000;
/** After a failed connection further callers are told at once for this long, so that polling does not pile up. */
const UNREACHABLE_MS = 3000;
const CONNECTIONS = 4;
/** For what others still do on connections of which one has failed. */
const GRACE_SECONDS = 2;
/**
 * Longest wait for a piece of work. A network that swallows packets is else found out only when TCP gives up, a quarter of an
 * hour later, and a page would wait as long.
 */
const PATIENCE_MS = 15_000;
/** The same for work that reads the whole catalog, or asks PostgreSQL many questions. */
export const LONG_WORK_MS = 60_000;

interface Entry {
  readonly target: Target;
  users: number;
  timer: NodeJS.Timeout | null;
}

/** A few connections to each target, shared by everything that reads for the screen. Workers open their own. */
export interface TargetPool {
  /**
   * Runs `work` on the database. Errors are SegueErrors of the engine, or `connection_failed`, with the password taken out;
   * that also when it gives no answer for `patienceMs` (15 s), after which nobody knows what became of the work.
   * `patient` asks the server even if it could not be reached a moment ago.
   */
  use<T>(
    database: StoredDatabase,
    work: (target: Target) => Promise<T>,
    options?: { readonly patient?: boolean; readonly patienceMs?: number },
  ): Promise<T>;
  /** Closes the database's connections (it was removed, or its URL changed). */
  forget(databaseId: string): Promise<void>;
  close(): Promise<void>;
}

/** The URL in clear: only for connecting. Throws `not_found` for a removed database. */
export function targetUrl(key: EncryptionKey, database: StoredDatabase): string {
  if (database.secretUrl === null) {
    throw new SegueError('not_found', `The database "${database.name}" was removed.`, {
      object: database.name,
      next: 'Add it again to go on.',
    });
  }
  return decryptText(key, database.id, database.secretUrl, database.name);
}

const CONNECTION_CODES = new Set(['connection_failed', 'connection_lost']);

/** Makes a pool of pools; connects lazily. */
export function openTargetPool(key: EncryptionKey): TargetPool {
  const entries = new Map<string, Entry>();
  const unreachable = new Map<string, { readonly error: SegueError; readonly until: number }>();

  async function retire(id: string, entry: Entry): Promise<void> {
    if (entry.timer !== null) clearTimeout(entry.timer);
    if (entries.get(id) === entry) entries.delete(id);
    await entry.target.close();
  }

  function entryOf(database: StoredDatabase): Entry {
    const found = entries.get(database.id);
    if (found !== undefined) return found;
    const entry: Entry = {
      target: openTarget({
        url: targetUrl(key, database),
        tls: database.tls,
        applicationName: 'segue dashboard',
        max: CONNECTIONS,
      }),
      users: 0,
      timer: null,
    };
    entries.set(database.id, entry);
    return entry;
  }

  return {
    async use(database, work, options) {
      const blocked = unreachable.get(database.id);
      if (blocked !== undefined && blocked.until > Date.now() && options?.patient !== true)
        throw blocked.error;
      const entry = entryOf(database);
      if (entry.timer !== null) clearTimeout(entry.timer);
      entry.timer = null;
      entry.users += 1;
      try {
        const result = await answered(entry.target, options?.patienceMs ?? PATIENCE_MS, work(entry.target));
        unreachable.delete(database.id);
        return result;
      } catch (error) {
        const safe = withoutSecrets(error, targetUrl(key, database));
        if (safe instanceof SegueError && CONNECTION_CODES.has(safe.code)) {
          unreachable.set(database.id, { error: safe, until: Date.now() + UNREACHABLE_MS });
          // A pool whose server went away may have lost connections for good; the next caller gets a fresh one.
          if (entries.get(database.id) === entry) entries.delete(database.id);
          void entry.target.close(GRACE_SECONDS);
        }
        throw safe;
      } finally {
        entry.users -= 1;
        if (entry.users === 0) {
          entry.timer = setTimeout(() => {
            if (entry.users === 0) void retire(database.id, entry);
          }, IDLE_MS);
          entry.timer.unref();
        }
      }
    },
    async forget(databaseId) {
      const entry = entries.get(databaseId);
      if (entry !== undefined) await retire(databaseId, entry);
    },
    async close() {
      await Promise.all([...entries].map(([id, entry]) => retire(id, entry)));
    },
  };
}

/** The same error without the password of `url` in its texts; what PostgreSQL or the network said becomes a SegueError. */
export function withoutSecrets(error: unknown, url: string): unknown {
  const known =
    error instanceof SegueError || (sqlStateOf(error) === null && !isConnectionError(error))
      ? error
      : targetError(error, { options: { url } });
  if (!(known instanceof SegueError)) return known;
  const message = withoutPassword(known.message, url);
  if (message === known.message) return known;
  return new SegueError(known.code, message, {
    object: known.object,
    next: known.next,
    evidence: known.evidence,
  });
}
