import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { EVERY_OPERATION, everyOperationSetup } from '@/test/lifecycle/every-operation';
import { mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { planTransition } from './plan-transition';
import { fixPlan } from './rollouts';
import { openTarget, type Target } from './target';

/**
 * A backup that is taken in the middle of a transition can be restored: what PostgreSQL prints of each trigger, constraint and
 * default, as pg_dump does, can be executed again and gives the same.
 */
describe.each(FEWER_MAJORS)('a dump in the middle of a transition, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let superuser: postgres.Sql;
  let target: Target;
  let rolloutId: string;
  beforeAll(async () => {
    database = await createTestDatabase({ major, setup: everyOperationSetup(20) });
    superuser = postgres(database.superuserUrl, {
      max: 1,
      onnotice: () => undefined,
      connection: { search_path: 'pg_catalog' },
    });
    target = openTarget({ url: database.owner.url });
    const spec = transitionFileSchema.parse({ name: 'dumped', operations: EVERY_OPERATION });
    const plan = await planTransition(target, toTransitionSpec(spec));
    rolloutId = (await fixPlan(target, { plan, managedBy: null })).id;
  });
  afterAll(async () => {
    await Promise.all([target.close(), superuser.end({ timeout: 5 })]);
    await database.drop();
  });

  const definitions = () => superuser<{ name: string; dropped: string; made: string }[]>`
    SELECT tgname AS name, format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) AS dropped, pg_get_triggerdef(oid)
      || CASE WHEN tgenabled = 'A' THEN format('; ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', tgrelid::regclass, tgname) ELSE '' END AS made
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT conname, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0
    UNION ALL SELECT a.attname, format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', a.attrelid::regclass, a.attname),
      format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', a.attrelid::regclass, a.attname, pg_get_expr(d.adbin, d.adrelid))
      FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND a.attgenerated = ''
    ORDER BY 1, 3`;

  it('can be restored at every position', async () => {
    for (let position = 1; position <= 4; position += 1) {
      await mustMove(target, rolloutId, 'forward', { acknowledged: ['*'] });
      const before = await definitions();
      expect(before.length).toBeGreaterThan(3);
      for (const { name, dropped, made } of before) {
        await superuser.unsafe(dropped);
        await superuser.unsafe(made).catch((error: unknown) => {
          throw new Error(`${name} at ${position}: ${made}: ${String(error)}`);
        });
      }
      expect(await definitions()).toEqual(before);
    }
  });
});
