import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import type { OperationOf, TransitionSpec } from '@/lib/core/operation';
import { LOCK_MODES, type LockMode, type StepLock } from '@/lib/core/plan';
import type { TriedSql } from '@/lib/planner/catalog';
import { freeStatements, triedKey } from '@/lib/planner/operations/free-sql';
import type { Statement } from '@/lib/sql/statements';
import { messageOf, openTarget, sqlStateOf, type Target, targetError } from './target';

/** Longest time, in ms, that a trial may hold locks of the application's tables, all statements together. */
const TRIAL_MS = 300;

/** Statements that are explained instead of run: that takes the same locks and touches no row. */
const EXPLAINED = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);
/** What cannot be taken back by a rollback, or could do anything. */
const NOT_TRIED = new Set([
  'SelectStmt',
  'DoStmt',
  'CallStmt',
  'CopyStmt',
  'LockStmt',
  'NotifyStmt',
  'LoadStmt',
  'TruncateStmt',
  'ClusterStmt',
  'ExecuteStmt',
  'PrepareStmt',
  'ReindexStmt',
  'RefreshMatViewStmt',
  'CreateTableAsStmt',
]);

const MODE_OF: Readonly<Record<string, LockMode>> = Object.fromEntries(
  LOCK_MODES.map((mode) => [
    `${mode
      .toLowerCase()
      .split(' ')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join('')}Lock`,
    mode,
  ]),
);

const UNTRIED = 'it has not been tried yet.';

const unknown = (why: string): TriedSql => ({ locks: [], rewrites: false, scans: false, unknown: why });

/** Stands in for a trial that nobody asked for: nothing was run, so nothing is known. Pure. */
export function untriedFreeSql(spec: TransitionSpec): Record<string, TriedSql> {
  return Object.fromEntries(
    spec.operations.flatMap((operation) =>
      operation.kind === 'free_sql' ? [[triedKey(operation), unknown(UNTRIED)] as const] : [],
    ),
  );
}

/**
 * What other operations of the transition make is not there yet: undefined_table, undefined_column, undefined_object, and
 * invalid_column_reference for the key that ON CONFLICT names.
 */
const NOT_THERE = new Set(['42P01', '42703', '42704', '42P10']);

/**
 * Tries the SQL of every free_sql in a transaction that is always rolled back. Throws `bad_expression` where PostgreSQL refuses it;
 * where it misses something, and operations before it may make that, it counts as not tried.
 */
export async function tryFreeSql(target: Target, spec: TransitionSpec): Promise<Record<string, TriedSql>> {
  const tried: Record<string, TriedSql> = {};
  for (const [index, operation] of spec.operations.entries()) {
    if (operation.kind !== 'free_sql') continue;
    const follows = spec.operations.slice(0, index).some(({ kind }) => kind !== 'free_sql');
    tried[triedKey(operation)] = await tryOne(target, operation, index, follows);
  }
  return tried;
}

async function tryOne(
  target: Target,
  operation: OperationOf<'free_sql'>,
  index: number,
  follows: boolean,
): Promise<TriedSql> {
  const { up, down } = freeStatements(operation);
  const all = [...up, ...down];
  if (all.some(({ manner }) => manner !== 'transactional')) return unknown('it cannot be tried.');
  const odd = all.find(({ kind }) => NOT_TRIED.has(kind));
  if (odd !== undefined)
    return unknown(`"${odd.text.slice(0, 60)}" is not tried: a rollback might not take it back.`);
  const notices: string[] = [];
  // A session of its own: its messages say what is rewritten and read.
  const session = openTarget({
    ...target.options,
    max: 1,
    onClose: undefined,
    onNotice: (text) => notices.push(text),
  });
  const rollback = new Error('the trial is over');
  let found: TriedSql = unknown('it was not tried.');
  let field = 'up';
  try {
    await session.sql.begin(async (tx) => {
      await tx.unsafe(
        `SET LOCAL lock_timeout = 100; SET LOCAL statement_timeout = ${TRIAL_MS}; SET LOCAL client_min_messages = debug1`,
      );
      // Rows that the reader of a migration file keeps stand there; the first step makes it.
      if (all.some(({ text }) => /\bsegue\./.test(text))) await tx`CREATE SCHEMA IF NOT EXISTS segue`;
      const before = await relationsOf(tx);
      const began = performance.now();
      for (const statement of up) await run(tx, statement, began);
      field = 'down';
      for (const statement of down) await run(tx, statement, began);
      const outcome = await outcomeOf(tx, before);
      found = { ...outcome, scans: scansIn(notices, outcome.rewrites), unknown: null };
      throw rollback;
    });
  } catch (error) {
    if (error === rollback) return found;
    if (follows && NOT_THERE.has(sqlStateOf(error) ?? ''))
      return unknown('it rests on what the operations before it make.');
    return refusalOf(error, target, field, index);
  } finally {
    await session.close();
  }
  return found;
}

/** undefined_table, undefined_object, undefined_column, undefined_function and invalid_schema_name: what an operation before this one may make. */
const NOT_THERE_YET = /^(42P01|42704|42703|42883|3F000)$/;

function refusalOf(error: unknown, target: Target, field: string, operation: number): TriedSql {
  const state = sqlStateOf(error);
  if (state === null) throw targetError(error, target);
  if (operation > 0 && NOT_THERE_YET.test(state)) return unknown('it rests on the operations before it.');
  if (/^(55P03|57014|25006)$/.test(state))
    return unknown(state === '55P03' ? 'a table that it needs is locked now.' : 'trying it took too long.');
  throw new SegueError('bad_expression', `PostgreSQL refuses the SQL (${field}): ${messageOf(error)}.`, {
    next: 'Write every name with its schema, as in public.users.',
    evidence: { field, operation },
    cause: error,
  });
}

async function run(tx: postgres.TransactionSql, statement: Statement, began: number): Promise<void> {
  const left = Math.max(1, Math.round(TRIAL_MS - (performance.now() - began)));
  await tx.unsafe(`SET LOCAL statement_timeout = ${left}`);
  await tx.unsafe(EXPLAINED.has(statement.kind) ? `EXPLAIN ${statement.text}` : statement.text);
}

/** A rewrite builds the indexes anew; without one a plain index build reads the table. */
function scansIn(notices: readonly string[], rewrites: boolean): boolean {
  return notices.some(
    (text) =>
      /^(verifying table|validating foreign key)/.test(text) ||
      (!rewrites && text.startsWith('building index')),
  );
}

interface Known {
  readonly oid: string;
  readonly label: string;
  readonly node: string | null;
}

async function relationsOf(tx: postgres.TransactionSql): Promise<Known[]> {
  return tx<Known[]>`
    SELECT c.oid::text AS oid, n.nspname || '.' || c.relname AS label, pg_relation_filenode(c.oid)::text AS node
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;
}

/** Locks on what was there before; what the SQL itself makes nobody waits for. */
async function outcomeOf(
  tx: postgres.TransactionSql,
  before: readonly Known[],
): Promise<Pick<TriedSql, 'locks' | 'rewrites'>> {
  const held = await tx<{ oid: string; mode: string; node: string | null }[]>`
    SELECT l.relation::text AS oid, l.mode, pg_relation_filenode(l.relation)::text AS node
    FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted`;
  const strongest = new Map<string, StepLock>();
  let rewrites = false;
  for (const lock of held) {
    const known = before.find(({ oid }) => oid === lock.oid);
    const mode = MODE_OF[lock.mode];
    if (
      known === undefined ||
      mode === undefined ||
      LOCK_MODES.indexOf(mode) < LOCK_MODES.indexOf('ROW EXCLUSIVE')
    )
      continue;
    if (lock.node !== null && lock.node !== known.node) rewrites = true;
    const other = strongest.get(known.label);
    if (other === undefined || LOCK_MODES.indexOf(other.mode) < LOCK_MODES.indexOf(mode))
      strongest.set(known.label, { relation: known.label, mode });
  }
  return { locks: [...strongest.values()].sort((a, b) => (a.relation < b.relation ? -1 : 1)), rewrites };
}
