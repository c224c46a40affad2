import { SegueError } from '@/lib/core/errors';
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

interface Entry {
  readonly target: Target;
  readonly version: number;
  users: number;
  timer: NodeJS.Timeout | null;
  unreachable: { readonly error: SegueError; readonly until: number } | null;
}

/** A few connections to each target, shared by everything that reads for the screen. Workers open their own. */
export interface TargetPool {
  /**
   * Runs `work` on the database. Errors are SegueErrors of the engine, or `connection_failed`, with the password taken out.
   * `patient` asks the server even if it could not be reached a moment ago.
   */
  use<T>(
    database: StoredDatabase,
    work: (target: Target) => Promise<T>,
    options?: { readonly patient?: boolean },
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

  async function retire(id: string, entry: Entry): Promise<void> {
    if (entry.timer !== null) clearTimeout(entry.timer);
    if (entries.get(id) === entry) entries.delete(id);
    await entry.target.close();
  }

  async function entryOf(database: StoredDatabase): Promise<Entry> {
    const found = entries.get(database.id);
    if (found !== undefined) return found;
    const entry: Entry = {
      target: openTarget({
        url: targetUrl(key, database),
        tls: database.tls,
        applicationName: 'segue dashboard',
        max: CONNECTIONS,
      }),
      version: database.version,
      users: 0,
      timer: null,
      unreachable: null,
    };
    entries.set(database.id, entry);
    return entry;
  }

  return {
    async use(database, work, options) {
      const entry = await entryOf(database);
      const blocked = entry.unreachable;
      if (blocked !== null && blocked.until > Date.now() && options?.patient !== true) throw blocked.error;
      if (entry.timer !== null) clearTimeout(entry.timer);
      entry.timer = null;
      entry.users += 1;
      try {
        const result = await work(entry.target);
        entry.unreachable = null;
        return result;
      } catch (error) {
        const safe = withoutSecrets(error, targetUrl(key, database));
        if (safe instanceof SegueError && CONNECTION_CODES.has(safe.code)) {
          entry.unreachable = { error: safe, until: Date.now() + UNREACHABLE_MS };
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
