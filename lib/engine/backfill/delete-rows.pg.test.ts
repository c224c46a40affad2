import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import type { Direction } from '@/lib/core/rollout';
import { segueLeftovers } from '@/test/lifecycle/catalog-dump';
import { ACTOR } from '@/test/lifecycle/move';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { planTransition } from '../plan-transition';
import { fixPlan, requestMove, requestPause, requireRollout } from '../rollouts';
import { type MoveEvent, runMove } from '../run-move';
import { openTarget, type Target } from '../target';

const ROWS = 1200;
/** Columns of all sorts, an identity, a generated one, a parent, a child and its child, by two ways. */
const SETUP = `
  CREATE TABLE teams (id int PRIMARY KEY);
  INSERT INTO teams SELECT generate_series(1, 5);
  CREATE TABLE items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, data json, amount numeric, team int REFERENCES teams, twice bigint GENERATED ALWAYS AS (id * 2) STORED);
  INSERT INTO items (code, data, amount, team) SELECT 'c' || g, '{"b":1,  "a":2}', 1.50, 1 + g % 5 FROM generate_series(1, ${ROWS}) g;
  CREATE TABLE parts (a int, b int, item bigint NOT NULL REFERENCES items ON DELETE CASCADE, PRIMARY KEY (a, b));
  INSERT INTO parts SELECT g, 1, g FROM generate_series(1, ${ROWS}) g;
  CREATE TABLE screws (id int PRIMARY KEY, a int, b int, item bigint REFERENCES items (id) ON DELETE CASCADE, FOREIGN KEY (a, b) REFERENCES parts ON DELETE CASCADE);
  INSERT INTO screws SELECT g, g, 1, CASE WHEN g % 3 = 0 THEN g END FROM generate_series(1, ${ROWS}) g;
  CREATE INDEX ON parts (item); CREATE INDEX ON screws (a, b); CREATE INDEX ON screws (item);
  ANALYZE;`;

/** Everything that there is, as text. */
const ALL = `SELECT md5(coalesce(string_agg(x, '|' ORDER BY x), '')) AS all FROM (SELECT i::text AS x FROM items i UNION ALL SELECT 'p' || p FROM parts p UNION ALL SELECT 's' || s FROM screws s) x`;

type Operation = TransitionFile['operations'][number];
const ODD: Operation = { delete_rows: { table: 'items', where: 'id % 2 = 1' } };
/** One of every two neighbours: each batch would see other neighbours if those that were found were not fixed. */
const DUPLICATES: Operation = {
  delete_rows: {
    table: 'items',
    as: 'a',
    where: 'EXISTS (SELECT FROM public.items b WHERE b.id = a.id + 1 AND b.id % 2 = 0)',
  },
};
const FULL = process.env.SEGUE_TEST_FULL === '1';
const OWN = ['a condition on the row', ODD] as const;
const OTHERS = ['a condition on other rows', DUPLICATES] as const;

describe.each(FEWER_MAJORS)('rows deleted in batches, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let superuser: postgres.Sql;
  let target: Target;
  let rolloutId: string;

  beforeEach(async () => {
    database = await createTestDatabase({ major, setup: SETUP });
    superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  });
  afterEach(async () => {
    await Promise.all([superuser.end({ timeout: 5 }), target.close(0)]);
    await database.drop();
  });

  const begin = async (operation: Operation): Promise<void> => {
    target = openTarget({ url: database.owner.url });
    const spec = toTransitionSpec(transitionFileSchema.parse({ name: 'rows', operations: [operation] }));
    const plan = await planTransition(target, spec);
    rolloutId = (await fixPlan(target, { plan, managedBy: null, settings: { batchRows: 100 } })).id;
  };
  const ask = async (direction: Direction): Promise<void> => {
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, {
      rolloutId,
      direction,
      expectedVersion: version,
      actor: ACTOR,
      acknowledged: [],
      waivesRetention: true,
    });
  };
  const run = (onEvent: (event: MoveEvent) => void | Promise<void> = () => undefined) =>
    runMove(target, { rolloutId, owner: 'test', onEvent });
  const complete = async (direction: Direction): Promise<void> => {
    await ask(direction);
    expect(await run()).toMatchObject({ kind: 'completed' });
  };
  const kill = () =>
    superuser`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'segue%' AND datname = current_database()`;
  /** Works on the move to its end, while its sessions are killed after each third batch; returns how often. */
  const runKilled = async (): Promise<number> => {
    let kills = 0;
    for (let batches = 0; ; ) {
      const outcome = await run(async ({ type }) => {
        if (type !== 'batch') return;
        batches += 1;
        if (batches % 3 !== 0 || kills >= 3) return;
        kills += 1;
        await kill();
      }).catch((error: unknown) => error);
      if (outcome instanceof Error) continue;
      const { kind, ...rest } = outcome as Awaited<ReturnType<typeof runMove>>;
      if (kind === 'completed') return kills;
      if (kind === 'failed') throw new Error(JSON.stringify(rest));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  /** Has it pause after so many batches. */
  const pauseAfter = async (batches: number): Promise<void> => {
    let seen = 0;
    const outcome = await run(async ({ type }) => {
      if (type !== 'batch') return;
      seen += 1;
      if (seen !== batches) return;
      const { version } = await requireRollout(target, { id: rolloutId });
      await requestPause(target, { rolloutId, expectedVersion: version, actor: ACTOR });
    });
    expect(outcome.kind).toBe('paused');
  };
  const one = async (query: string): Promise<unknown> =>
    Object.values((await superuser.unsafe(query))[0] ?? {})[0];
  const count = async (from: string) => Number(await one(`SELECT count(*) FROM ${from}`));

  it.each(FULL ? [OWN, OTHERS] : [OWN])(
    '%s: all that goes comes back as it was, whatever is killed',
    async (_, operation) => {
      await begin(operation);
      const before = await one(ALL);
      await ask('forward');
      expect(await runKilled()).toBe(3);
      expect(await count('items WHERE id % 2 = 1')).toBe(0);
      expect(await count('items')).toBe(ROWS / 2);
      // Those of one half went with their part, whatever else they reference.
      expect(await count('screws')).toBe(ROWS / 2);
      await ask('back');
      expect(await runKilled()).toBe(3);
      expect(await one(ALL)).toBe(before);
      expect(await count('segue.conflicts')).toBe(0);
      expect((await segueLeftovers(superuser)).filter((name) => name.includes('deleted'))).toEqual([]);
    },
  );

  it.each(FULL ? [OWN, OTHERS] : [OTHERS])(
    '%s: turned round in either direction it comes to where it was',
    async (_, operation) => {
      await begin(operation);
      const before = await one(ALL);
      await ask('forward');
      await pauseAfter(5);
      expect(await count('items')).toBeGreaterThan(ROWS / 2);
      await complete('back');
      expect(await one(ALL)).toBe(before);
      await complete('forward');
      expect(await count('items')).toBe(ROWS / 2);
      await ask('back');
      await pauseAfter(5);
      expect(await count('items')).toBeGreaterThan(ROWS / 2);
      await complete('forward');
      expect(await count('items')).toBe(ROWS / 2);
      await complete('back');
      expect(await one(ALL)).toBe(before);
    },
  );

  it('what code took or deleted since stays as code has it, and is recorded with the row', async () => {
    await begin(ODD);
    await complete('forward');
    // The unique code of a deleted row; the parent of all of a fifth; a row under a deleted key.
    await superuser`UPDATE items SET code = 'c1' WHERE id = 2`;
    await superuser`DELETE FROM items WHERE team = 2`;
    await superuser`DELETE FROM teams WHERE id = 2`;
    await superuser`INSERT INTO items (id, code) OVERRIDING SYSTEM VALUE VALUES (3, 'mine')`;
    await complete('back');
    expect(await count(`items WHERE (id, code) IN ((2, 'c1'), (3, 'mine'))`)).toBe(2);
    expect(await count('items WHERE team = 2')).toBe(0);
    const lost = await superuser`
      SELECT key ->> 'id' AS id, lost::jsonb ->> 'code' AS code FROM segue.conflicts WHERE key ? 'id' AND lost::jsonb ? 'code'
      ORDER BY (key ->> 'id')::int`;
    expect(lost.filter(({ id }) => Number(id) < 12)).toEqual([
      { id: '1', code: 'c1' },
      { id: '3', code: 'c3' },
      { id: '11', code: 'c11' },
    ]);
    // What hung on a row that stays away stays away too; what code has put under the key has it again.
    expect(await count('parts WHERE item = 1')).toBe(0);
    expect(await count('parts WHERE item = 3')).toBe(1);
    expect(await count('items WHERE id % 2 = 1')).toBe(ROWS / 2 - ROWS / 10);
  });

  it('a row that code changes between finding and deleting stays', async () => {
    await begin(DUPLICATES);
    await ask('forward');
    let changed = false;
    const outcome = await run(async ({ type }) => {
      if (type !== 'batch' || changed) return;
      changed = true;
      await superuser`UPDATE items SET data = '{"b":1, "a":2}' WHERE id = ${ROWS - 1}`;
    });
    expect(outcome.kind).toBe('completed');
    expect(await count(`items WHERE id = ${ROWS - 1}`)).toBe(1);
    expect(await count('items')).toBe(ROWS / 2 + 1);
  });

  it('a foreign key without CASCADE stops it; the way back brings back what went', async () => {
    await superuser.unsafe(
      `CREATE TABLE guards (item bigint REFERENCES items); INSERT INTO guards VALUES (901)`,
    );
    await superuser.unsafe(`ALTER TABLE guards OWNER TO "${database.owner.name}"`);
    const before = await one(ALL);
    await begin(ODD);
    await ask('forward');
    expect(await run()).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining('guards') },
    });
    await complete('back');
    expect(await one(ALL)).toBe(before);
  });
});
