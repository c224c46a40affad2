import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import type { RunningServer } from '@/lib/postgres/server';
import { discardServer, startTemporaryServer } from '@/lib/postgres/temporary-server';
import { move, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { endBlocker, readBlockers } from './blockers';
import { planTransition } from './plan-transition';
import { fixPlan } from './rollouts';
import type { MoveEvent } from './run-move';
import { openTarget, type Target } from './target';

const FULL = process.env.SEGUE_TEST_FULL === '1';

describe.each(FEWER_MAJORS)('who gives way to whom, on PostgreSQL %i', (major) => {
  let server: RunningServer;
  let database: TestDatabase;
  let target: Target;
  let superuser: postgres.Sql;
  let app: postgres.Sql;
  let rolloutId: string;

  beforeAll(async () => {
    // A server of its own, whose launcher looks often.
    server = await startTemporaryServer(major, { autovacuum_naptime: '1s' });
    database = await createTestDatabase({
      major,
      serverUrl: server.url,
      setup: `CREATE TABLE parents (id bigint PRIMARY KEY);
        INSERT INTO parents SELECT generate_series(1, 100);
        CREATE TABLE items (id bigint PRIMARY KEY, parent bigint NOT NULL REFERENCES parents, name text) 
          WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
        INSERT INTO items SELECT g, 1 + g % 100, 'name ' || g FROM generate_series(1, 60000) g;`,
    });
    target = openTarget({ url: database.owner.url });
    superuser = postgres(database.superuserUrl, { max: 3, onnotice: () => undefined });
    app = postgres(database.apps[0]?.url ?? '', { max: 4, onnotice: () => undefined });
    const spec = transitionFileSchema.parse({
      name: 'yields',
      operations: [{ rename_column: { table: 'items', from: 'parent', to: 'parent_id' } }],
    });
    const plan = await planTransition(target, toTransitionSpec(spec));
    // Shorter than deadlock_timeout: a strong lock alone would never outlast an autovacuum.
    rolloutId = (await fixPlan(target, { plan, managedBy: null, settings: { maxPauseMs: 50 } })).id;
  });
  afterAll(async () => {
    await Promise.all([target.close(), superuser.end({ timeout: 2 }), app.end({ timeout: 2 })]);
    await discardServer(server);
  });

  /** An autovacuum of a table that would run for minutes, started by the launcher. */
  const autovacuum = async (table = 'items'): Promise<number> => {
    await superuser`UPDATE ${superuser(table)} SET name = name || '.'`;
    return vacuumOf(table);
  };
  const vacuumOf = async (table: string): Promise<number> => {
    const giveUp = Date.now() + 60_000;
    for (;;) {
      const [row] = await superuser<{ pid: number }[]>`
        SELECT pid FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND query LIKE ${`autovacuum: %public.${table}%`} AND datname = current_database()`;
      if (row !== undefined) return row.pid;
      if (Date.now() > giveUp) throw new Error('no autovacuum in 60 s');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('an autovacuum gives way to a change whose pause is shorter than deadlock_timeout', async () => {
    const pid = await autovacuum();
    const waits: MoveEvent[] = [];
    const began = performance.now();
    expect(
      await mustMove(target, rolloutId, 'forward', {
        onEvent: (event) => {
          if (event.type === 'lock_wait') waits.push(event);
        },
      }),
    ).toBe(1);
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(waits.length).toBeLessThan(5);
    const still =
      await superuser`SELECT 1 FROM pg_stat_activity WHERE pid = ${pid} AND query LIKE '%public.items%'`;
    expect(still).toHaveLength(0);
  });

  // A table as slow to vacuum as the other: for the full run.
  if (FULL)
    it('an autovacuum gives way at the other table of a step over two as well', async () => {
      await superuser.unsafe(`SET ROLE ${quoteIdent(database.owner.name)};
        CREATE TABLE partners (id bigint PRIMARY KEY, name text)
          WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
        INSERT INTO partners SELECT g, 'name ' || g FROM generate_series(1, 60000) g;
        CREATE TABLE kids (id bigint PRIMARY KEY, partner bigint); INSERT INTO kids VALUES (1, 1); RESET ROLE`);
      const spec = transitionFileSchema.parse({
        name: 'partner',
        operations: [
          { add_foreign_key: { table: 'kids', columns: ['partner'], references: 'partners', index: false } },
        ],
      });
      const plan = await planTransition(target, toTransitionSpec(spec));
      const { id } = await fixPlan(target, { plan, managedBy: null, settings: { maxPauseMs: 100 } });
      const pid = await autovacuum('partners');
      const waits: MoveEvent[] = [];
      await mustMove(target, id, 'forward', {
        onEvent: (event) => {
          if (event.type === 'lock_wait') waits.push(event);
        },
      });
      expect(waits.length).toBeGreaterThan(0);
      expect(waits.length).toBeLessThan(10);
      const still =
        await superuser`SELECT 1 FROM pg_stat_activity WHERE pid = ${pid} AND query LIKE '%public.partners%'`;
      expect(still).toHaveLength(0);
    });

  it('clients that lock both tables crosswise never become the victim; Segue does', async () => {
    let going = true;
    const errors: string[] = [];
    let done = 0;
    const client = async (): Promise<void> => {
      while (going) {
        try {
          await app.begin(async (tx) => {
            await tx`UPDATE items SET name = 'x' WHERE id = ${1 + Math.floor(Math.random() * 50)}`;
            await tx`SELECT pg_sleep(0.02)`;
            // The other way round than a foreign key's DDL, which takes items first.
            await tx`SELECT id FROM parents WHERE id < 10 FOR SHARE`;
            await tx`INSERT INTO items SELECT 100000 + floor(random() * 1e9)::bigint, 1, 'new' ON CONFLICT DO NOTHING`;
          });
          done += 1;
        } catch (error) {
          errors.push(error instanceof postgres.PostgresError ? error.code : String(error));
        }
      }
    };
    const clients = [client(), client(), client()];
    try {
      expect(await mustMove(target, rolloutId, 'forward')).toBe(2);
      expect(await mustMove(target, rolloutId, 'back')).toBe(1);
    } finally {
      going = false;
      await Promise.all(clients);
    }
    expect(errors).toEqual([]);
    expect(done).toBeGreaterThan(10);
  });

  it('a vacuum against wraparound is not asked to give way: it stops the phase by its name, and nobody can end it', async () => {
    // Without this right it is only somebody who holds the table: it is waited for, and makes nobody wait.
    await superuser.unsafe(`GRANT pg_read_all_stats TO ${quoteIdent(database.owner.name)};
      SET ROLE ${quoteIdent(database.owner.name)};
      CREATE TABLE aged (id bigint PRIMARY KEY, name text)
        WITH (autovacuum_enabled = off, autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
      INSERT INTO aged SELECT g, repeat('x', 200) FROM generate_series(1, 20000) g; RESET ROLE`);
    const spec = transitionFileSchema.parse({
      name: 'aged',
      operations: [{ rename_column: { table: 'aged', from: 'name', to: 'full_name' } }],
    });
    const plan = await planTransition(target, toTransitionSpec(spec));
    const { id } = await fixPlan(target, { plan, managedBy: null });
    await superuser.unsafe(
      'DO $$ BEGIN FOR n IN 1..100100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$',
    );
    const pid = await vacuumOf('aged');
    expect(await move(target, id, 'forward')).toMatchObject({
      kind: 'failed',
      error: { code: 'check_failed', message: expect.stringContaining('It does not give way') },
    });
    const tables = [{ schema: 'public', name: 'aged' }];
    const [blocker] = await readBlockers(target, { tables, rolloutId: id });
    expect(blocker).toMatchObject({ pid, kind: 'wraparound' });
    const { backendStart, transactionStart } = blocker ?? {};
    if (backendStart == null || transactionStart == null) throw new Error('its start is not shown');
    await expect(
      endBlocker(target, { rolloutId: id, tables, pid, backendStart, transactionStart, act: 'terminate' }),
    ).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await vacuumOf('aged')).toBe(pid);
  });
});
