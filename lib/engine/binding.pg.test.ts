import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { move, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { planTransition } from './plan-transition';
import { fixPlan } from './rollouts';
import { openTarget, type Target } from './target';

describe.each(FEWER_MAJORS)(
  'what changes on a single partition after planning, on PostgreSQL %i',
  (major) => {
    let database: TestDatabase;
    let sql: postgres.Sql;
    let target: Target;
    let rolloutId: string;

    beforeAll(async () => {
      database = await createTestDatabase({
        major,
        setup: `CREATE TABLE items (id bigint PRIMARY KEY, name text) PARTITION BY RANGE (id);
        CREATE TABLE "items Low" PARTITION OF items FOR VALUES FROM (MINVALUE) TO (100);
        CREATE TABLE items_high PARTITION OF items DEFAULT;
        INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, 200) g`,
      });
      sql = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
      target = openTarget({ url: database.owner.url });
      const spec = transitionFileSchema.parse({
        name: 'partitions',
        operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
      });
      const plan = await planTransition(target, toTransitionSpec(spec));
      rolloutId = (await fixPlan(target, { plan, managedBy: null })).id;
    });
    afterAll(async () => {
      await Promise.all([target.close(), sql.end({ timeout: 5 })]);
      await database.drop();
    });

    const refusedFor = async (change: string) => {
      expect(await move(target, rolloutId, 'forward')).toMatchObject({
        kind: 'failed',
        error: { code: 'drift', evidence: { changes: [expect.stringContaining(change)] } },
      });
    };

    it('is a drift, before the first step and later: rights on a column, and rules', async () => {
      const app = quoteIdent(database.apps[0]?.name ?? '');
      await sql.unsafe(`GRANT SELECT (name) ON "items Low" TO ${app}`);
      await refusedFor('+ grant on public.items Low.name: SELECT to');
      await sql.unsafe(`REVOKE SELECT (name) ON "items Low" FROM ${app}`);
      expect(await mustMove(target, rolloutId, 'forward')).toBe(1);
      await sql.unsafe(`CREATE RULE audit AS ON UPDATE TO items_high DO ALSO SELECT new.name`);
      await refusedFor('+ rule public.items_high CREATE RULE audit');
      await sql.unsafe('DROP RULE audit ON items_high');
      for (const position of [2, 3]) expect(await mustMove(target, rolloutId, 'forward')).toBe(position);
      for (const position of [2, 1, 0]) expect(await mustMove(target, rolloutId, 'back')).toBe(position);
    });
  },
);
