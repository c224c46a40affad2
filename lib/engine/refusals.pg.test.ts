import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { ACTOR, finish, move, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { planTransition } from './plan-transition';
import { fixPlan, requestMove, requireRollout } from './rollouts';
import { openTarget, type Target } from './target';

describe('what the engine refuses, and what it leaves behind', () => {
  let database: TestDatabase;
  let owner: postgres.Sql;
  let target: Target;

  beforeEach(async () => {
    database = await createTestDatabase({
      setup: `CREATE TABLE groups (id int PRIMARY KEY, label text);
        CREATE TABLE items (id bigint PRIMARY KEY, name text UNIQUE, group_id int REFERENCES groups);
        INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, 5000) g;`,
    });
    owner = postgres(database.owner.url, { max: 2, onnotice: () => undefined });
    target = openTarget({ url: database.owner.url });
  });
  afterEach(async () => {
    await Promise.all([owner.end({ timeout: 5 }), target.close()]);
    await database.drop();
  });

  const prepare = async (name: string, operations: TransitionFile['operations']) => {
    const plan = await planTransition(
      target,
      toTransitionSpec(transitionFileSchema.parse({ name, operations })),
    );
    return fixPlan(target, { plan, managedBy: null, settings: { batchRows: 500 } });
  };
  const rename = { rename_column: { table: 'items', from: 'name', to: 'full_name' } };

  it('of two who ask at once exactly one wins', async () => {
    const rollout = await prepare('one', [rename]);
    const asks = Array.from({ length: 6 }, () =>
      requestMove(target, {
        rolloutId: rollout.id,
        direction: 'forward',
        expectedVersion: rollout.version,
        actor: ACTOR,
      }),
    );
    const answers = await Promise.allSettled(asks);
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict' });
  });

  it('a view that could not follow a change of type under one name, already at planning', async () => {
    const widen = (column: string, type: string) =>
      prepare('views', [{ change_type: { table: 'items', column, type, onFailure: 'quarantine' } }]);
    await owner.unsafe(
      `CREATE VIEW shouted AS SELECT id, name || '!' AS shout FROM items WHERE name LIKE 'n%'`,
    );
    await expect(widen('name', 'jsonb')).rejects.toMatchObject({
      code: 'bad_expression',
      message: expect.stringContaining('The view "public.shouted" would not work with the new type'),
    });
    await owner.unsafe(`CREATE VIEW louder AS SELECT upper(shout) AS shout FROM shouted`);
    await expect(widen('name', 'varchar(90)')).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/"public.shouted" has to be made again.*louder.* depends on it/),
    });
    await owner.unsafe(
      `DROP VIEW louder; CREATE FUNCTION says(public.shouted) RETURNS text LANGUAGE sql AS 'SELECT $1.shout'`,
    );
    await expect(widen('name', 'varchar(90)')).rejects.toMatchObject({ code: 'unsupported' });
    await owner.unsafe(`DROP FUNCTION says(public.shouted)`);
    await widen('name', 'varchar(90)');
  });

  it('a conversion that cannot stand in the index that follows it, already at planning', async () => {
    await owner`CREATE TABLE visits (id int PRIMARY KEY, at timestamp)`;
    await owner`CREATE INDEX visits_day ON visits (date_trunc('day', at))`;
    const convert = (down: string) =>
      prepare('visits', [
        {
          change_type: {
            table: 'visits',
            column: 'at',
            to: 'at_tz',
            type: 'timestamptz',
            up: "at AT TIME ZONE 'UTC'",
            down,
          },
        },
      ]);
    await expect(convert('at_tz::timestamp')).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('visits_day'),
    });
    await expect(convert("at_tz AT TIME ZONE 'UTC'")).resolves.toMatchObject({ position: 0 });
    expect(await owner`SELECT 1 FROM pg_class WHERE relname = 'segue_trial'`).toHaveLength(0);
  });

  it('a second rollout on the table, or on its foreign-key partner', async () => {
    const first = await prepare('one', [rename]);
    const second = await prepare('two', [{ add_column: { table: 'items', column: 'note', type: 'text' } }]);
    const partner = await prepare('three', [
      { rename_column: { table: 'groups', from: 'label', to: 'title' } },
    ]);
    await mustMove(target, first.id, 'forward');
    await expect(move(target, second.id, 'forward')).rejects.toMatchObject({
      code: 'table_busy',
      message: expect.stringContaining('"one"'),
    });
    await expect(move(target, partner.id, 'forward')).rejects.toMatchObject({ code: 'table_busy' });
    await mustMove(target, first.id, 'back');
    await mustMove(target, partner.id, 'forward');
  });

  it('a schema that changed since, naming what; position and direction stay', async () => {
    const { id } = await prepare('one', [rename]);
    await mustMove(target, id, 'forward');
    await owner`COMMENT ON COLUMN items.name IS 'changed meanwhile'`;
    const outcome = await move(target, id, 'forward');
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'drift' } });
    expect(JSON.stringify(outcome)).toContain('changed meanwhile');
    expect(await requireRollout(target, { id })).toMatchObject({
      position: 1,
      direction: null,
      activity: 'idle',
    });
  });

  it('a failed entry check: position and direction stay, and it can be tried again', async () => {
    const { id } = await prepare('one', [rename]);
    await mustMove(target, id, 'forward');
    await mustMove(target, id, 'forward');
    await owner`ALTER TABLE items DISABLE TRIGGER USER`;
    await owner`UPDATE items SET full_name = 'differs' WHERE id = 7`;
    const triggers = await owner<
      { name: string }[]
    >`SELECT tgname AS name FROM pg_trigger WHERE tgrelid = 'items'::regclass AND NOT tgisinternal`;
    for (const { name } of triggers) await owner.unsafe(`ALTER TABLE items ENABLE ALWAYS TRIGGER "${name}"`);
    const outcome = await move(target, id, 'forward');
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'check_failed' } });
    expect(JSON.stringify(outcome)).toContain('"id":"7"');
    expect(await requireRollout(target, { id })).toMatchObject({
      position: 2,
      direction: null,
      activity: 'idle',
    });
    await owner`UPDATE items SET full_name = 'name 7' WHERE id = 7`;
    expect(await mustMove(target, id, 'forward')).toBe(3);
  });

  it('a table dropped while it runs: an error that says so', async () => {
    const { id } = await prepare('one', [rename]);
    await mustMove(target, id, 'forward');
    const outcome = await move(target, id, 'forward', {
      onEvent: async (event) => {
        if (event.type === 'batch') await owner`DROP TABLE IF EXISTS items`;
      },
    });
    expect(outcome).toMatchObject({ kind: 'failed', error: { message: expect.stringMatching(/items/) } });
  });

  it('an index build that is cut short: what is left of it is dropped, and it is built again', async () => {
    const { id } = await prepare('one', [rename]);
    await mustMove(target, id, 'forward');
    const blocker = await owner.reserve();
    await blocker`BEGIN`;
    await blocker`LOCK TABLE items IN ROW EXCLUSIVE MODE`;
    let cut = false;
    const superuser = postgres(database.superuserUrl, { max: 1 });
    const cutBuild = async () => {
      while (!cut) {
        const killed = await superuser`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE UNIQUE INDEX CONCURRENTLY%' AND state = 'active' AND pid <> pg_backend_pid()
            AND EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'items_full_name%')`;
        cut = killed.length > 0;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    // The build waits for the writer, after the sync and the backfill, which a writer that only holds its lock does not stop.
    await blocker`ROLLBACK`;
    const events: string[] = [];
    const attempt = move(target, id, 'forward', {
      onEvent: async (event) => {
        events.push(event.type);
        if (event.type === 'step_started' && String(event.stepId).includes('.index.')) {
          await blocker`BEGIN`;
          await blocker`LOCK TABLE items IN ROW EXCLUSIVE MODE`;
        }
      },
    });
    await Promise.all([
      expect(attempt).rejects.toMatchObject({ code: expect.stringMatching(/connection_failed|lease_lost/) }),
      cutBuild(),
    ]);
    const [left] =
      await superuser`SELECT indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'items_full_name%'`;
    expect(left).toEqual({ indisvalid: false });
    await blocker`ROLLBACK`;
    blocker.release();
    const outcome = await finish(target, {
      rolloutId: id,
      owner: 'test',
      onEvent: (event) => {
        events.push(event.type);
      },
    });
    expect(outcome).toMatchObject({ kind: 'completed', position: 2 });
    expect(events).toContain('index_restarted');
    const [rebuilt] =
      await superuser`SELECT indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'items_full_name%'`;
    expect(rebuilt).toEqual({ indisvalid: true });
    await superuser.end({ timeout: 5 });
  });

  it('a value that only the new side holds stops the way back, with its key, until it is settled', async () => {
    await owner`ALTER TABLE items ADD price int`;
    await owner`UPDATE items SET price = id WHERE id < 100`;
    const { id } = await prepare('prices', [
      {
        change_type: {
          table: 'items',
          column: 'price',
          to: 'amount',
          type: 'numeric(10,3)',
          up: 'price / 100.0',
          down: '(amount * 100)::int',
        },
      },
    ]);
    await mustMove(target, id, 'forward');
    await mustMove(target, id, 'forward');
    await owner`UPDATE items SET amount = 1.239 WHERE id = 42`;
    const outcome = await move(target, id, 'back');
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'would_lose_values' } });
    expect(JSON.stringify(outcome)).toContain('42');
    expect(await requireRollout(target, { id })).toMatchObject({ position: 2, direction: null });
    await owner`UPDATE items SET amount = 1.23 WHERE id = 42`;
    expect(await mustMove(target, id, 'back')).toBe(1);
  });

  it('a value that does not convert, with onFailure reject: named by its key; corrected, it goes on', async () => {
    await owner`ALTER TABLE items ADD code text`;
    await owner`UPDATE items SET code = CASE id WHEN 77 THEN 'abc' ELSE id::text END`;
    const { id } = await prepare('codes', [
      {
        change_type: { table: 'items', column: 'code', to: 'code_number', type: 'int', onFailure: 'reject' },
      },
    ]);
    await mustMove(target, id, 'forward');
    const outcome = await move(target, id, 'forward');
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'step_failed' } });
    expect(JSON.stringify(outcome)).toContain('77');
    await owner`UPDATE items SET code = '78' WHERE id = 77`;
    expect(await mustMove(target, id, 'forward')).toBe(2);
  });
});
