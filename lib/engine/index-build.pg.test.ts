import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { ACTOR, finish, move, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { endBlocker, readBlockers } from './blockers';
import { readHolds } from './holds';
import { planTransition } from './plan-transition';
import { readStatement } from './read-statement';
import {
  changeSettings,
  fixPlan,
  requestMove,
  requestPause,
  requestResume,
  requireRollout,
} from './rollouts';
import type { MoveEvent, MoveOutcome } from './run-move';
import { openTarget, type Target } from './target';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const TABLE = { schema: 'public', name: 'items' };

const FULL = process.env.SEGUE_TEST_FULL === '1';

describe.each(FEWER_MAJORS)('an index build that waits for an old snapshot, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let sql: postgres.Sql;
  let target: Target;
  let rolloutId: string;
  let old: postgres.ReservedSql;
  let oldPid: number;

  beforeEach(async () => {
    database = await createTestDatabase({
      major,
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text);
        CREATE INDEX items_name_idx ON items (name);
        INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, 1000) g; ANALYZE items;
        CREATE TABLE elsewhere (id bigint)`,
    });
    sql = postgres(database.superuserUrl, { max: 3, onnotice: () => undefined });
    target = openTarget({ url: database.owner.url, max: 4 });
    const spec = transitionFileSchema.parse({
      name: 'build',
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
    });
    const plan = await planTransition(target, toTransitionSpec(spec));
    rolloutId = (await fixPlan(target, { plan, managedBy: null })).id;
    await mustMove(target, rolloutId, 'forward');
    old = await sql.reserve();
    await old`SET application_name = 'nightly report'`;
    await old`BEGIN ISOLATION LEVEL REPEATABLE READ`;
    // On another table: a snapshot is in the way of a concurrent build wherever it was taken.
    await old`SELECT count(*) FROM elsewhere`;
    const [me] = await old<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    oldPid = me?.pid ?? 0;
  });
  afterEach(async () => {
    await Promise.all([sql.end({ timeout: 2 }), target.close()]);
    await database.drop();
  });

  const held = async () => {
    const giveUp = Date.now() + 30_000;
    for (;;) {
      const [hold] = await readHolds(target, rolloutId);
      if (hold !== undefined) return hold;
      if (Date.now() > giveUp) throw new Error('no hold in 30 s');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const indexes = async () =>
    (
      await sql<{ name: string; valid: boolean }[]>`
        SELECT c.relname::text AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = 'items'::regclass ORDER BY 1`
    ).map(({ name, valid }) => `${name} ${valid}`);
  const free = async () => {
    await old`ROLLBACK`;
    old.release();
  };

  it('names it on the page and shows its progress; Pause stops and cleans it; it goes on when the way is free', async () => {
    const events: MoveEvent[] = [];
    const running = move(target, rolloutId, 'forward', {
      sliceMs: 200,
      onEvent: (event) => {
        events.push(event);
      },
    });
    const hold = await held();
    expect(hold).toMatchObject({ kind: 'statement' });
    expect(hold.message).toContain(`pid ${oldPid}`);
    expect(hold.message).toContain('nightly report');
    const statement = await readStatement(target, rolloutId);
    expect(statement).toMatchObject({ kind: 'index' });
    expect(statement?.words).toMatch(/^Waiting for transactions that began before/);
    expect(statement?.share).toBeGreaterThan(0.9);
    expect(await requireRollout(target, { id: rolloutId })).toMatchObject({ activity: 'held' });

    const { version } = await requireRollout(target, { id: rolloutId });
    await requestPause(target, { rolloutId, expectedVersion: version, actor: ACTOR });
    expect(await running).toEqual({ kind: 'paused' });
    expect(events.some((event) => event.type === 'index_cleaned' && event.left === false)).toBe(true);
    expect(await indexes()).toEqual(['items_name_idx true', 'items_pkey true']);
    expect(await readHolds(target, rolloutId)).toEqual([]);
    expect(await readStatement(target, rolloutId)).toBeNull();

    const paused = await requireRollout(target, { id: rolloutId });
    await requestResume(target, { rolloutId, expectedVersion: paused.version, actor: ACTOR });
    const again = finish(target, { rolloutId, owner: 'test' });
    await held();
    await free();
    expect(await again).toEqual({ kind: 'completed', position: 2 });
    expect(await indexes()).toHaveLength(3);
  });

  it('goes on where Resume comes while Pause is still at work', async () => {
    let resumed = false;
    const running = move(target, rolloutId, 'forward', {
      onEvent: async (event) => {
        if (event.type !== 'index_cleaned' || resumed) return;
        resumed = true;
        const { version } = await requireRollout(target, { id: rolloutId });
        await requestResume(target, { rolloutId, expectedVersion: version, actor: ACTOR });
        await free();
      },
    });
    await held();
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestPause(target, { rolloutId, expectedVersion: version, actor: ACTOR });
    expect(await running).toEqual({ kind: 'completed', position: 2 });
    expect(resumed).toBe(true);
  });

  it('stops where a slot keeps too much WAL, cleans up, and says so', async () => {
    const running = move(target, rolloutId, 'forward');
    await held();
    // Temporary: no other test's phase takes it for a standby that is late.
    const reader = await sql.reserve();
    await reader`SELECT pg_create_physical_replication_slot('segue_build_slot', true, true)`;
    try {
      await sql`SELECT pg_logical_emit_message(false, 'segue', repeat('x', 1048576)) FROM generate_series(1, 3)`;
      await changeSettings(target, { rolloutId, settings: { stopRetainedWalMb: 1 }, actor: ACTOR });
      expect(await running).toMatchObject({
        kind: 'failed',
        error: { code: 'limit_reached', next: expect.stringContaining('the index is built anew') },
      });
    } finally {
      await reader`SELECT pg_drop_replication_slot('segue_build_slot')`;
      reader.release();
    }
    expect(await indexes()).toEqual(['items_name_idx true', 'items_pkey true']);
    await changeSettings(target, { rolloutId, settings: { stopRetainedWalMb: 0 }, actor: ACTOR });
    await free();
    expect(await mustMove(target, rolloutId, 'forward')).toBe(2);
  });

  it('can be freed by ending that session, if it is still in the same transaction', async () => {
    const running = move(target, rolloutId, 'forward');
    await held();
    const found = (await readBlockers(sqlTarget(database), { tables: [TABLE], rolloutId })).find(
      (each) => each.pid === oldPid,
    );
    expect(found).toMatchObject({
      kind: 'session',
      blocksNow: true,
      application: 'nightly report',
      holds: '',
    });
    const ask = (who: Target, transactionStart: string) =>
      endBlocker(who, {
        rolloutId,
        tables: [TABLE],
        pid: oldPid,
        backendStart: found?.backendStart ?? '',
        transactionStart,
        act: 'terminate',
      });
    const admin = sqlTarget(database);
    await expect(ask(admin, '2000-01-01 00:00:00+00')).rejects.toMatchObject({ code: 'conflict' });
    // The owner may not see a superuser's session at all, let alone end it.
    await expect(ask(target, found?.transactionStart ?? '')).rejects.toMatchObject({
      code: 'missing_rights',
      next: expect.stringContaining('pg_signal_backend'),
    });
    await ask(admin, found?.transactionStart ?? '');
    expect(await running).toEqual({ kind: 'completed', position: 2 });
    await admin.close();
  });

  it('is done again where an interrupted one left an index that is not valid', async () => {
    await free();
    const { plan } = await requireRollout(target, { id: rolloutId });
    const name = plan.phases.flatMap(({ steps }) => steps.flatMap((step) => step.index?.name ?? []))[0] ?? '';
    const restarted: unknown[] = [];
    const onEvent = async (event: MoveEvent) => {
      if (event.type === 'index_restarted') restarted.push(event.index);
      // Later than this it would be ours; sooner it would be drift.
      if (event.type !== 'step_started' || !String(event.stepId).endsWith('.backfill')) return;
      await sql`CREATE INDEX ${sql(name)} ON items (full_name)`;
      await sql`UPDATE pg_index SET indisvalid = false WHERE indexrelid = ${`"${name}"`}::regclass`;
    };
    expect(await mustMove(target, rolloutId, 'forward', { onEvent })).toBe(2);
    expect(restarted).toEqual([name]);
    expect(await indexes()).toContain(`${name} true`);
  });

  const killed = async () => {
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, { rolloutId, direction: 'forward', expectedVersion: version, actor: ACTOR });
    const child = spawn(
      process.execPath,
      ['scripts/run-typescript.mjs', 'test/move-process.ts', database.owner.url, rolloutId],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    createInterface({ input: child.stdout }).resume();
    await held();
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    // Nobody takes over yet: the server itself notices that its client is gone.
    const giveUp = Date.now() + 10_000;
    while ((await readStatement(target, rolloutId)) !== null) {
      if (Date.now() > giveUp) throw new Error('the build outlived its client by more than 10 s');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const restarted: MoveEvent[] = [];
    const outcome: Promise<MoveOutcome> = finish(target, {
      rolloutId,
      owner: 'another',
      onEvent: (event) => {
        if (event.type === 'index_restarted') restarted.push(event);
      },
    });
    await held();
    await free();
    expect(await outcome).toEqual({ kind: 'completed', position: 2 });
    expect(restarted).toHaveLength(1);
  };
  // Ten seconds: two until the server looks for its client, five until the lease is free.
  if (FULL)
    it('whose worker is killed ends with it; the next one drops what is left and builds again', killed);
});

function sqlTarget(database: TestDatabase): Target {
  return openTarget({ url: database.superuserUrl, max: 1 });
}
