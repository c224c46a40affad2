import pg from 'pg';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan } from '@/lib/engine/rollouts';
import { openTarget, type Target } from '@/lib/engine/target';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { startTraffic, type Traffic } from '../traffic/traffic';
import type { TrafficReport } from '../traffic/traffic-spec';
import { mustMove } from './move';
import { COMMON, uses } from './scenario-parts';

/** How long the checker may take to notice; it needs a fraction of it. */
const PATIENCE_MS = 60_000;

describe('with something broken on purpose, the checker notices', () => {
  let database: TestDatabase;
  let owner: postgres.Sql;
  let target: Target;
  let traffic: Traffic;

  beforeEach(async () => {
    database = await createTestDatabase({
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, ${COMMON}, name text UNIQUE)`,
    });
    owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    target = openTarget({ url: database.owner.url });
    const spec = transitionFileSchema.parse({
      name: 'broken',
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
    });
    const plan = await planTransition(target, toTransitionSpec(spec));
    const { id } = await fixPlan(target, { plan, managedBy: null });
    traffic = await startTraffic({
      urls: [database.apps[0]?.url ?? ''],
      table: 'items',
      key: { kind: 'bigint', columns: ['id'] },
      values: 'text',
      boundaries: [],
      unique: { columns: ['$value'] },
      versions: { old: uses('name'), new: uses('full_name') },
      clients: 8,
      operationsPerSecond: 300,
      seed: 3,
      rowsPerClient: 10,
    });
    await mustMove(target, id, 'forward');
    await mustMove(target, id, 'forward');
    await traffic.setLive(['old', 'new']);
    expect(await traffic.verify()).toMatchObject({ errors: [], wrong: [] });
  });
  afterEach(async () => {
    await traffic.stop().catch(() => undefined);
    await Promise.all([owner.end({ timeout: 5 }), target.close()]);
    await database.drop();
  });

  const until = async (noticed: (report: TrafficReport) => boolean): Promise<TrafficReport> => {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const report = await traffic.report();
      if (noticed(report) || Date.now() > end) return report;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const functionBody = async () => {
    const [row] = await owner<{ name: string; definition: string }[]>`
      SELECT p.oid::regprocedure::text AS name, pg_get_functiondef(p.oid) AS definition FROM pg_proc p WHERE p.pronamespace = 'segue'::regnamespace AND p.proname LIKE 'sync%'`;
    return row?.definition ?? '';
  };

  /** Eight connections upsert one new key at the same moment, round after round, half of them by the new name. */
  const collide = async (): Promise<{ readonly code: string }[]> => {
    const clients = Array.from(
      { length: 8 },
      () => new pg.Client({ connectionString: database.apps[0]?.url }),
    );
    await Promise.all(clients.map((client) => client.connect()));
    const errors: { code: string }[] = [];
    const base = Date.now();
    for (let round = 0; round < 150; round += 1) {
      await Promise.all(
        clients.map((client, index) => {
          const column = index % 2 === 0 ? 'name' : 'full_name';
          return client
            .query({
              name: `collide_${column}`,
              text: `INSERT INTO items (id, tenant, active, n, ${column}) VALUES ($1, 0, true, 1, $2) ON CONFLICT (${column}) DO UPDATE SET n = items.n + 1`,
              values: [base * 2000 + round * 8 + index, `collision ${base} ${round}`],
            })
            .catch((error: unknown) => errors.push(z.object({ code: z.string() }).parse(error)));
        }),
      );
    }
    await Promise.all(clients.map((client) => client.end()));
    return errors;
  };

  it('the triggers dropped: the other side does not read what was written', async () => {
    for (const { name } of await owner<
      { name: string }[]
    >`SELECT tgname AS name FROM pg_trigger WHERE tgname LIKE 'zzz_segue%'`)
      await owner.unsafe(`DROP TRIGGER "${name}" ON items`);
    const report = await until(({ wrong }) => wrong.length > 0);
    expect(report.wrong.length).toBeGreaterThan(0);
  });

  it('the function replaced by one that does nothing: the same', async () => {
    const body = await functionBody();
    await owner.unsafe(body.replace(/BEGIN[\s\S]*END/, 'BEGIN RETURN NEW; END'));
    const report = await until(({ wrong }) => wrong.length > 0);
    expect(report.wrong.length).toBeGreaterThan(0);
  });

  it('the lock on a new unique key left out: concurrent upserts fail with 23505', async () => {
    const body = await functionBody();
    expect(body).toContain('INSERT INTO segue.new_keys');
    expect(await collide()).toEqual([]);
    await owner.unsafe(body.replaceAll(/(INSERT INTO|DELETE FROM) segue\.new_keys[^;]*;/g, 'NULL;'));
    expect((await collide()).map((error) => error.code)).toContain('23505');
  });
});
