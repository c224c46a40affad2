import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { quoteIdent } from '@/lib/core/sql-text';
import { ACTOR, move, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { planTransition } from './plan-transition';
import { acceptDrift, fixPlan } from './rollouts';
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

    const restored = async (phase: number) => {
      const [check] = await sql`
        SELECT outcome, evidence FROM segue.checks WHERE rollout_id = ${rolloutId} AND phase = ${phase} AND check_id = 'catalog_restored'`;
      return check;
    };

    it('is a drift, before the first step and later: rights on a column, rules, and what it alone has; what was accepted is told on the way back', async () => {
      const app = quoteIdent(database.apps[0]?.name ?? '');
      await sql.unsafe(`GRANT SELECT (name) ON "items Low" TO ${app}`);
      await refusedFor('+ grant on public.items Low.name: SELECT to');
      await sql.unsafe(`REVOKE SELECT (name) ON "items Low" FROM ${app}`);
      expect(await mustMove(target, rolloutId, 'forward')).toBe(1);
      await sql.unsafe(`CREATE RULE audit AS ON UPDATE TO items_high DO ALSO SELECT new.name`);
      await refusedFor('+ rule public.items_high CREATE RULE audit');
      await sql.unsafe('DROP RULE audit ON items_high');
      // With the old column these would go too, and nobody had been told.
      for (const [make, undo, told] of [
        [
          'CREATE INDEX low_name ON "items Low" (name)',
          'DROP INDEX low_name',
          '+ index CREATE INDEX low_name ON',
        ],
        [
          "ALTER TABLE items_high ADD CONSTRAINT named CHECK (name <> '')",
          'ALTER TABLE items_high DROP CONSTRAINT named',
          '+ constraint public.items_high named CHECK',
        ],
        [
          'CREATE STATISTICS low_both ON id, name FROM "items Low"',
          'DROP STATISTICS low_both',
          '+ statistics CREATE STATISTICS public.low_both',
        ],
        [
          'CREATE TRIGGER low_same BEFORE UPDATE ON "items Low" FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
          'DROP TRIGGER low_same ON "items Low"',
          '+ trigger public.items Low CREATE TRIGGER low_same',
        ],
        [
          "ALTER TABLE ONLY items_high ALTER COLUMN name SET DEFAULT 'east'",
          'ALTER TABLE ONLY items_high ALTER COLUMN name DROP DEFAULT',
          "+ default of public.items_high.name alone: 'east'::text",
        ],
      ] as const) {
        await sql.unsafe(make);
        await refusedFor(told);
        await sql.unsafe(undo);
      }
      for (const position of [2, 3]) expect(await mustMove(target, rolloutId, 'forward')).toBe(position);
      for (const position of [2, 1]) expect(await mustMove(target, rolloutId, 'back')).toBe(position);
      expect(await restored(2)).toMatchObject({ outcome: 'pass' });
      await sql.unsafe('CREATE INDEX items_high_name ON items_high (name)');
      await refusedFor('+ index CREATE INDEX items_high_name');
      await acceptDrift(target, { rolloutId, actor: ACTOR });
      expect(await mustMove(target, rolloutId, 'back')).toBe(0);
      // Accepted, and still told: the place that is come back to is not the one that was left.
      expect(await restored(1)).toMatchObject({
        outcome: 'inconclusive',
        evidence: [{ change: expect.stringContaining('+ index CREATE INDEX items_high_name') }],
      });
    });
  },
);
