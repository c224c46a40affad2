import postgres from 'postgres';
import { LOCK_MODES, type LockMode } from '@/lib/core/plan';
import { quoteIdent } from '@/lib/core/sql-text';
import { openSession, type Session } from './hazard-database';

/** What a real server did. Relations are "schema.name"; those that the statements made themselves are left out. */
export interface Observation {
  readonly locks: Readonly<Record<string, LockMode>>;
  /** Tables that got a new file. */
  readonly rewrites: readonly string[];
  /** Tables whose rows were read to verify a constraint. */
  readonly scans: readonly string[];
  /** Tables of which an index was built. */
  readonly builds: readonly string[];
  /** SQLSTATE where PostgreSQL refused; then nothing else is known. */
  readonly error: string | null;
}

interface Known {
  readonly oid: string;
  readonly label: string;
  readonly name: string;
  readonly kind: string;
  readonly partition: boolean;
  readonly file: string | null;
}

interface Held {
  readonly oid: string;
  readonly mode: string;
}

const RELATIONS = `
SELECT c.oid::text AS oid, n.nspname || '.' || c.relname AS label, c.relname AS name, c.relkind::text AS kind, c.relispartition AS partition, pg_relation_filenode(c.oid)::text AS file
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY c.oid`;

const LOCKS = `
SELECT l.relation::text AS oid, l.mode FROM pg_locks l
WHERE l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

const MODES: ReadonlyMap<string, LockMode> = new Map(
  LOCK_MODES.map((mode) => [
    `${mode.toLowerCase().replace(/(^| )(.)/g, (_, __, letter: string) => letter.toUpperCase())}Lock`,
    mode,
  ]),
);

function strongest(known: readonly Known[], held: readonly Held[]): Record<string, LockMode> {
  const locks: Record<string, LockMode> = {};
  for (const { oid, mode } of held) {
    const label = known.find((one) => one.oid === oid)?.label;
    const word = MODES.get(mode);
    if (label === undefined || word === undefined || word === 'ACCESS SHARE') continue;
    const before = locks[label];
    if (before === undefined || LOCK_MODES.indexOf(before) < LOCK_MODES.indexOf(word)) locks[label] = word;
  }
  return Object.fromEntries(Object.entries(locks).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Leaf tables that have a foreign key of this name, or one that stems from one of this name. */
const FOREIGN_KEYS = `
WITH RECURSIVE found AS (
  SELECT oid, conrelid FROM pg_constraint WHERE contype = 'f' AND conname = $1
  UNION SELECT c.oid, c.conrelid FROM pg_constraint c JOIN found f ON c.conparentid = f.oid
) SELECT DISTINCT conrelid::text AS oid FROM found JOIN pg_class t ON t.oid = conrelid AND t.relkind = 'r'`;

const sorted = (labels: Iterable<string>): string[] => [...new Set(labels)].sort();

async function readNotices(
  session: Pick<Session, 'notices'>,
  sql: postgres.ISql,
  known: readonly Known[],
  locks: Readonly<Record<string, LockMode>>,
): Promise<Pick<Observation, 'rewrites' | 'scans' | 'builds'>> {
  const found = { rewrites: [] as string[], scans: [] as string[], builds: [] as string[] };
  const add = (list: string[], name: string | undefined): void => {
    const label = known.find((one) => one.name === name)?.label;
    if (label !== undefined) list.push(label);
  };
  for (const notice of session.notices) {
    add(found.rewrites, /^rewriting table "(.+)"/.exec(notice)?.[1]);
    add(found.scans, /^verifying table "(.+)"/.exec(notice)?.[1]);
    add(found.builds, /^building index ".+" on table "(.+)" (serially|with request)/.exec(notice)?.[1]);
    const key = /^validating foreign key constraint "(.+)"/.exec(notice)?.[1];
    if (key === undefined) continue;
    for (const { oid } of await sql.unsafe<{ oid: string }[]>(FOREIGN_KEYS, [key])) {
      const label = known.find((one) => one.oid === oid)?.label;
      // An attached partition alone is validated, although its siblings have the same constraint.
      const mode = label === undefined ? undefined : locks[label];
      if (label !== undefined && mode !== undefined && LOCK_MODES.indexOf(mode) >= 3) found.scans.push(label);
    }
  }
  const after = await sql.unsafe<Known[]>(RELATIONS);
  for (const before of known) {
    const now = after.find(({ oid }) => oid === before.oid);
    if (before.file !== null && now !== undefined && now.file !== before.file)
      found.rewrites.push(before.label);
  }
  return { rewrites: sorted(found.rewrites), scans: sorted(found.scans), builds: sorted(found.builds) };
}

const refused = (error: unknown): Observation => {
  if (!(error instanceof postgres.PostgresError)) throw error;
  return { locks: {}, rewrites: [], scans: [], builds: [], error: error.code };
};

/** Runs statements in one transaction, looks, and rolls back. */
export async function observeTransaction(
  session: Session,
  statements: readonly string[],
): Promise<Observation> {
  const { sql, notices } = session;
  await sql.unsafe('BEGIN');
  try {
    const known = await sql.unsafe<Known[]>(RELATIONS);
    const quiet = statements.some((statement) => /^ALTER DOMAIN|PARTITION OF/.test(statement));
    const scanned = quiet ? await sql.unsafe<Scans[]>(SCANS) : [];
    notices.length = 0;
    for (const statement of statements) await sql.unsafe(statement);
    const rescanned = quiet ? await sql.unsafe<Scans[]>(SCANS) : [];
    const held = await sql.unsafe<Held[]>(`${LOCKS} AND l.pid = pg_backend_pid()`);
    const locks = strongest(known, held);
    const told = await readNotices(session, sql, known, locks);
    return {
      locks,
      ...told,
      scans: sorted([...told.scans, ...quietScans(scanned, rescanned, known)]),
      error: null,
    };
  } catch (error) {
    return refused(error);
  } finally {
    await sql.unsafe('ROLLBACK');
  }
}

const SCANS = `SELECT c.oid::text AS oid, pg_stat_get_xact_numscans(c.oid)::integer AS scans FROM pg_class c WHERE c.relkind = 'r' ORDER BY c.oid`;

interface Scans {
  readonly oid: string;
  readonly scans: number;
}

/** ALTER DOMAIN and PARTITION OF read tables without a word: the statistics of the transaction tell it. */
function quietScans(before: readonly Scans[], after: readonly Scans[], known: readonly Known[]): string[] {
  return after
    .filter(({ oid, scans }) => scans > (before.find((one) => one.oid === oid)?.scans ?? 0))
    .flatMap(({ oid }) => known.find((one) => one.oid === oid)?.label ?? []);
}

/**
 * A statement that cannot run in a transaction. One session holds every table in SHARE UPDATE EXCLUSIVE mode, one all
 * tables but partitions in ROW EXCLUSIVE mode, one the partitions in that mode. The statement waits for each of them
 * where it takes a lock that conflicts; then its locks, held and wanted, are read, and the session that it waits for
 * lets go. A statement that waits for nobody takes nothing that makes a writer wait.
 */
export async function observeOutside(url: string, statement: string, timeZone: string): Promise<Observation> {
  const open = () => openSession(url, timeZone);
  const [worker, watcher, vacuums, writers, partitionWriters] = [open(), open(), open(), open(), open()];
  try {
    const known = await watcher.sql.unsafe<Known[]>(RELATIONS);
    const tables = known.filter(({ kind }) => kind === 'r' || kind === 'p');
    const blockers: { session: Session; pid: number }[] = [];
    for (const [session, mode, mine] of [
      [vacuums, 'SHARE UPDATE EXCLUSIVE', tables],
      [writers, 'ROW EXCLUSIVE', tables.filter(({ partition }) => !partition)],
      [partitionWriters, 'ROW EXCLUSIVE', tables.filter(({ partition }) => partition)],
    ] as const) {
      const names = mine.map(({ label }) => label.split('.').map(quoteIdent).join('.'));
      await session.sql.unsafe(`BEGIN; LOCK TABLE ONLY ${names.join(', ONLY ')} IN ${mode} MODE`);
      const [row] = await session.sql.unsafe<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
      blockers.push({ session, pid: row?.pid ?? 0 });
    }
    const [self] = await worker.sql.unsafe<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
    worker.notices.length = 0;
    let ended = false;
    const work = worker.sql.unsafe(statement).then(
      () => null,
      (error: unknown) => error,
    );
    void work.then(() => {
      ended = true;
    });
    const held: Held[] = [];
    while (!ended) {
      const [row] = await watcher.sql.unsafe<{ pids: string }[]>(
        `SELECT pg_blocking_pids(${self?.pid ?? 0})::text AS pids`,
      );
      const pids = (row?.pids ?? '{}').replace(/[{}]/g, '').split(',').map(Number);
      const blocker = blockers.find(({ pid }) => pids.includes(pid));
      if (blocker === undefined) continue;
      held.push(...(await watcher.sql.unsafe<Held[]>(`${LOCKS} AND l.pid = ${self?.pid ?? 0}`)));
      await blocker.session.sql.unsafe('COMMIT');
      blockers.splice(blockers.indexOf(blocker), 1);
    }
    const error = await work;
    if (error !== null) return refused(error);
    const locks = strongest(known, held);
    return { locks, ...(await readNotices(worker, watcher.sql, known, locks)), error: null };
  } finally {
    await Promise.all(
      [worker, watcher, vacuums, writers, partitionWriters].map(({ sql }) => sql.end({ timeout: 1 })),
    );
  }
}
