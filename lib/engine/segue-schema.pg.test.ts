import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { readHolds } from './holds';
import { planTransition } from './plan-transition';
import { fixPlan } from './rollouts';
import { ensureSegueSchema, segueSchemaVersion } from './segue-schema';
import { openTarget, type Target } from './target';

describe('schema segue as an earlier commit of Segue left it', () => {
  let database: TestDatabase;
  let target: Target;
  let sql: postgres.Sql;

  beforeAll(async () => {
    database = await createTestDatabase({
      setup: 'CREATE TABLE items (id bigint PRIMARY KEY, name text); INSERT INTO items VALUES (1, $$a$$)',
    });
    target = openTarget({ url: database.owner.url });
    sql = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
  });
  afterAll(async () => {
    await Promise.all([target.close(), sql.end({ timeout: 5 })]);
    await database.drop();
  });

  it('is added to when a rollout that began then goes on; two who come at once do not collide', async () => {
    const spec = transitionFileSchema.parse({
      name: 'begun earlier',
      operations: [{ rename_column: { table: 'items', from: 'name', to: 'full_name' } }],
    });
    const plan = await planTransition(target, toTransitionSpec(spec));
    const { id } = await fixPlan(target, { plan, managedBy: null });
    expect(await mustMove(target, id, 'forward')).toBe(1);
    const latest = await segueSchemaVersion(sql);
    await sql`DROP TABLE segue.holds, segue.schema_versions`;
    expect(await segueSchemaVersion(sql)).toBe(1);
    expect(await readHolds(target, id)).toEqual([]);

    const other = openTarget({ url: database.owner.url });
    await Promise.all([ensureSegueSchema(target), ensureSegueSchema(other), ensureSegueSchema(target)]);
    await other.close();
    expect(await segueSchemaVersion(sql)).toBe(latest);

    await sql`DROP TABLE segue.holds, segue.schema_versions`;
    expect(await mustMove(target, id, 'forward')).toBe(2);
    expect(await mustMove(target, id, 'back')).toBe(1);
    expect(await mustMove(target, id, 'back')).toBe(0);
    expect(await segueSchemaVersion(sql)).toBe(latest);
  });
});
