import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { LOCK_MODES, type LockMode, type Plan, type Step, type StepLock } from '@/lib/core/plan';
import { planTransition } from '@/lib/engine/plan-transition';
import { readSchemaFor } from '@/lib/engine/read-schema-for';
import { fixPlan } from '@/lib/engine/rollouts';
import { openTarget, type Target } from '@/lib/engine/target';
import { stepEffects, stepStatements } from '@/lib/planner/step-guard/step-effects';
import { strongWork } from '@/lib/planner/step-guard/strong-work';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { LOCK_CASES } from './lock-cases';

const FULL = process.env.SEGUE_TEST_FULL === '1';

const MODE_OF: Record<string, LockMode> = {
  AccessShareLock: 'ACCESS SHARE',
  RowShareLock: 'ROW SHARE',
  RowExclusiveLock: 'ROW EXCLUSIVE',
  ShareUpdateExclusiveLock: 'SHARE UPDATE EXCLUSIVE',
  ShareLock: 'SHARE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
};

/** What PostgreSQL itself did: the strongest lock on each table, and what it reported at debug1. */
interface Observed {
  readonly locks: readonly StepLock[];
  readonly rewrites: boolean;
  readonly scans: boolean;
}

/** PostgreSQL reports no scan for it. */
const buildsIndex = (step: Step) =>
  step.index !== undefined || [...step.sql, ...step.undo].some((sql) => sql.startsWith('REINDEX'));

const strength = (mode: LockMode) => LOCK_MODES.indexOf(mode);

/** Locks that make nobody wait are not worth a line: every statement takes ACCESS SHARE on what it names. */
const worthNaming = (lock: StepLock) => strength(lock.mode) > strength('ROW SHARE');

function strongest(locks: readonly StepLock[]): Record<string, LockMode> {
  const found: Record<string, LockMode> = {};
  for (const lock of locks.filter(worthNaming)) {
    const known = found[lock.relation];
    if (known === undefined || strength(lock.mode) > strength(known)) found[lock.relation] = lock.mode;
  }
  return found;
}

describe.each(FEWER_MAJORS)(
  'locks, rewrites and scans as the plan states them, on PostgreSQL %i',
  (major) => {
    let database: TestDatabase;
    let target: Target;
    let sql: postgres.Sql;
    let watcher: postgres.Sql;
    const notices: string[] = [];
    /** All disagreements at once, not just the first. */
    const found: object[] = [];
    const expected: object[] = [];
    const foretold: object[] = [];
    const stated: object[] = [];

    beforeAll(async () => {
      database = await createTestDatabase({ major });
      target = openTarget({ url: database.owner.url });
      sql = postgres(database.owner.url, {
        max: 1,
        prepare: false,
        fetch_types: false,
        onnotice: (notice) => notices.push(notice.message ?? ''),
        connection: { client_min_messages: 'debug1', search_path: '""' },
      });
      watcher = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
    });
    afterAll(async () => {
      await Promise.all([target.close(), sql.end({ timeout: 5 }), watcher.end({ timeout: 5 })]);
      await database.drop();
    });

    const heldBy = async (session: postgres.ISql, pid: number, waiting = false): Promise<StepLock[]> => {
      const rows = await session<{ relation: string; mode: string }[]>`
      SELECT n.nspname || '.' || c.relname AS relation, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE l.pid = ${pid} AND (l.granted OR ${waiting}) AND l.locktype = 'relation'
        AND (c.relkind IN ('r', 'p', 'v') OR c.relkind IN ('i', 'I') AND l.mode = 'AccessExclusiveLock' AND EXISTS (SELECT 1 FROM pg_index i WHERE i.indexrelid = c.oid
          AND NOT EXISTS (SELECT 1 FROM pg_locks t WHERE t.pid = l.pid AND t.relation = i.indrelid AND t.mode IN ('AccessExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock'))))
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'segue', 'pg_toast')`;
      return rows.map((row) => ({ relation: row.relation, mode: MODE_OF[row.mode] ?? 'ACCESS SHARE' }));
    };

    const fromNotices = (): Pick<Observed, 'rewrites' | 'scans'> => ({
      rewrites: notices.some((text) => /^rewriting table/.test(text)),
      scans: notices.some((text) => /^(verifying table|validating foreign key)/.test(text)),
    });

    /** The files of the tables that there are; a rename keeps them. */
    const filenodes = async (session: postgres.ISql) => {
      const rows = await session<{ oid: string; node: string }[]>`
      SELECT oid::text AS oid, pg_relation_filenode(oid)::text AS node FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`;
      return new Map(rows.map(({ oid, node }) => [oid, node]));
    };

    /** Runs the statements as one transaction, looks at its locks, and commits, so that the next step finds its effect. */
    const observe = async (statements: readonly string[]): Promise<Observed> => {
      notices.length = 0;
      return sql.begin(async (tx) => {
        const [me] = await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
        const before = await filenodes(tx);
        for (const statement of statements) await tx.unsafe(statement);
        const after = await filenodes(tx);
        const rewritten = [...before].some(([oid, node]) => after.has(oid) && after.get(oid) !== node);
        const said = fromNotices();
        return {
          // From outside: under the names that the relations have for everybody else; what the transaction makes is nobody's yet.
          locks: await heldBy(watcher, me?.pid ?? 0),
          rewrites: said.rewrites || rewritten,
          scans: said.scans,
        };
      });
    };

    /** A transaction that holds one lock until it is told to let go. */
    const hold = async (relation: string, mode: LockMode) => {
      const holder = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
      const [schema = '', ...name] = relation.split('.');
      await holder.unsafe(`BEGIN; LOCK TABLE "${schema}"."${name.join('.')}" IN ${mode} MODE`);
      return () => holder.end({ timeout: 0 });
    };

    /**
     * A statement that runs outside a transaction: its locks are seen while it waits for a writer of the table or, where it
     * asks for a strong lock on one, for a reader of that.
     */
    const observeConcurrent = async (
      statement: string,
      step: Step,
      says: readonly StepLock[],
    ): Promise<Observed> => {
      const [me] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      const pid = me?.pid ?? 0;
      const strong = says.find(({ mode }) => mode === 'ACCESS EXCLUSIVE');
      const awaited: LockMode = strong === undefined ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
      notices.length = 0;
      const letGo =
        strong === undefined
          ? await hold(`${step.table.schema}.${step.table.name}`, 'ROW EXCLUSIVE')
          : await hold(strong.relation, 'ACCESS SHARE');
      try {
        let over = false;
        const running = sql.unsafe(statement).then(
          () => null,
          (error: unknown) => error,
        );
        running.finally(() => {
          over = true;
        });
        let locks: StepLock[] = [];
        while (!over && !locks.some((lock) => lock.mode === awaited)) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          locks = await heldBy(watcher, pid, true);
        }
        await letGo();
        const error = await running;
        if (error !== null) throw error;
        return { locks, rewrites: false, scans: fromNotices().scans || buildsIndex(step) };
      } finally {
        await letGo();
      }
    };

    const planOf = async (
      name: string,
      operations: TransitionFile['operations'],
      dualWrite: 'managed' | 'application',
    ) =>
      planTransition(target, toTransitionSpec(transitionFileSchema.parse({ name, dualWrite, operations })));

    const claimsOf = (step: Step, way: 'forward' | 'back') => ({
      step: step.id,
      way,
      locks: strongest(way === 'forward' ? step.locks : step.undoLocks),
      rewrites: step.rewrites,
      scans: way === 'forward' ? step.scans : backScans(step, false),
    });

    /** On the way back only proofs and index builds may read all rows, and what is not of Segue's making. */
    const backScans = (step: Step, scans: boolean) =>
      step.kind === 'validate' || buildsIndex(step) || step.ownSql !== undefined ? null : scans;

    const isThere = async (schema: string, name: string) =>
      (await sql`SELECT 1 FROM pg_class WHERE relnamespace = ${schema}::regnamespace AND relname = ${name}`)
        .length > 0;

    /** What the table of hazards says of the same statements, before they run. */
    const foretell = async (step: Step, way: 'forward' | 'back', statements: readonly string[]) => {
      const catalog = await readSchemaFor(
        target,
        stepStatements(statements).parsed.map(({ node }) => node),
        { definitions: false },
      );
      const effects = stepEffects(statements, catalog, major);
      const tables = new Set(catalog.tables.map(({ schema, name }) => `${schema}.${name}`));
      // Indexes are the step's own to state; of a name that the step itself makes nobody else holds anything.
      const onTables = (locks: readonly StepLock[]) =>
        strongest(locks.filter(({ relation }) => tables.has(relation)));
      const transactional = way === 'forward' ? step.transactional : step.undoTransactional;
      foretold.push({
        step: step.id,
        way,
        locks: onTables(effects.flatMap(({ locks }) => locks)),
        work: step.ownSql === undefined ? strongWork(effects, transactional) : [],
      });
      stated.push({
        step: step.id,
        way,
        locks: onTables(way === 'forward' ? step.locks : step.undoLocks),
        work: [],
      });
    };

    const check = async (step: Step, way: 'forward' | 'back', foretells = true) => {
      const statements = way === 'forward' ? step.sql : step.undo;
      if (statements.length === 0) return;
      // An index that went with its constraint is not dropped again: the engine looks first.
      if (
        way === 'back' &&
        step.kind !== 'drop_index' &&
        step.restores === undefined &&
        step.index !== undefined &&
        !(await isThere(step.index.table.schema, step.index.name))
      )
        return;
      const transactional = way === 'forward' ? step.transactional : step.undoTransactional;
      const [first = ''] = statements;
      if (foretells) await foretell(step, way, statements);
      const seen = transactional
        ? await observe(statements)
        : await observeConcurrent(first, step, way === 'forward' ? step.locks : step.undoLocks);
      // Reading all rows in an UPDATE or ANALYZE is no scan that PostgreSQL reports.
      const claims = claimsOf(step, way);
      const scans = ['backfill', 'analyze', 'drop_index'].includes(step.kind) ? claims.scans : seen.scans;
      found.push({
        step: step.id,
        way,
        locks: strongest(seen.locks),
        rewrites: seen.rewrites,
        scans: way === 'forward' ? scans : backScans(step, seen.scans),
      });
      expected.push(claims);
    };

    /** What was foretold once, up to a phase, is not foretold again in the short run: what is seen is, each time. */
    const forward = async (plan: Plan, upTo: number, toldUpTo = 0) => {
      for (const phase of plan.phases.slice(0, upTo))
        for (const step of phase.steps) await check(step, 'forward', FULL || phase.number > toldUpTo);
    };
    const back = async (plan: Plan, from: number) => {
      for (const phase of plan.phases.slice(0, from).reverse())
        for (const step of [...phase.steps].reverse()) await check(step, 'back');
    };

    const cases = LOCK_CASES.filter(({ since }) => since === undefined || since <= major);
    it.each(cases)('every step there, back and to the end: $name', async (lockCase) => {
      found.length = 0;
      for (const list of [expected, foretold, stated]) list.length = 0;
      await sql.unsafe('DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET search_path = public');
      await sql.unsafe(lockCase.setup);
      await sql.unsafe(`SET search_path = ''`);
      const plan = await planOf(lockCase.name, lockCase.operations, lockCase.dualWrite);
      // Fixing a plan makes schema segue, where the sync functions go.
      await fixPlan(target, { plan, managedBy: null });
      await forward(plan, 4);
      await back(plan, 4);
      await forward(plan, 5, 4);
      expect(found.length).toBeGreaterThan(5);
      expect(found).toEqual(expected);
      expect(foretold).toEqual(stated);
    });
  },
);
