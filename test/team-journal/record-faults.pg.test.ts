import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MigrationRecord } from '@/lib/core/migration-record';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan, requestMove, requireRollout } from '@/lib/engine/rollouts';
import { type MoveEvent, type MoveOutcome, runMove } from '@/lib/engine/run-move';
import { openTarget, type Target } from '@/lib/engine/target';
import { ACTOR, finish, move, mustMove } from '@/test/lifecycle/move';
import { createTestDatabase, TEST_MAJORS, type TestDatabase } from '@/test/postgres/test-database';

const USERS = 'CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users VALUES (1, $$a$$);';
/** As each tool makes it, with one file recorded. */
const JOURNALS: Record<MigrationRecord['tool'], string> = {
  drizzle: `CREATE SCHEMA drizzle; CREATE TABLE drizzle.j (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
    INSERT INTO drizzle.j (hash, created_at) VALUES ('x', 1000)`,
  'drizzle-folders': `CREATE SCHEMA drizzle; CREATE TABLE drizzle.j (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint, name text, applied_at timestamptz DEFAULT now());
    INSERT INTO drizzle.j (hash, created_at, name) VALUES ('x', 1000, 'a')`,
  prisma: `CREATE SCHEMA drizzle; CREATE TABLE drizzle.j (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
    INSERT INTO drizzle.j (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('1', 'x', 'a', now(), 1)`,
};

const recordFor = (tool: MigrationRecord['tool']): MigrationRecord => ({
  tool,
  table: { schema: 'drizzle', name: 'j' },
  tag: 'b',
  hash: 'b'.repeat(64),
  when: tool === 'prisma' ? null : 2000,
  earlier: [{ tag: 'a', when: tool === 'prisma' ? null : 1000 }],
  make: false,
});

const TOOLS = ['drizzle', 'prisma', 'drizzle-folders'] as const;
/** The short run divides two tools between its majors. */
const CASES =
  process.env.SEGUE_TEST_FULL === '1'
    ? TEST_MAJORS.flatMap((major) => TOOLS.map((tool) => ({ major, tool })))
    : TEST_MAJORS.flatMap((major, at) => TOOLS.slice(at, at + 1).map((tool) => ({ major, tool })));

describe.each(CASES)('the record of $tool, on PostgreSQL $major', ({ major, tool }) => {
  let database: TestDatabase;
  let target: Target;
  let sql: postgres.Sql;
  let superuser: postgres.Sql;
  let rolloutId = '';
  const record = recordFor(tool);

  const begin = async (on: Target): Promise<string> => {
    const plan = await planTransition(on, {
      name: 'phone',
      dualWrite: 'managed',
      operations: [
        {
          kind: 'add_column',
          table: { schema: 'public', name: 'users' },
          column: 'phone',
          type: 'text',
          nullable: true,
        },
      ],
      record,
    });
    return (await fixPlan(on, { plan, managedBy: null })).id;
  };
  const ask = async () => {
    const { version } = await requireRollout(target, { id: rolloutId });
    await requestMove(target, { rolloutId, direction: 'forward', expectedVersion: version, actor: ACTOR });
  };
  const rows = () => sql<Record<string, unknown>[]>`SELECT * FROM drizzle.j ORDER BY id`;
  /** As the tool itself would record the file. */
  const runRaw = () =>
    tool === 'prisma'
      ? sql`INSERT INTO drizzle.j (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('raw', 'y', 'b', now(), 1)`
      : tool === 'drizzle'
        ? sql`INSERT INTO drizzle.j (hash, created_at) VALUES ('y', 2000)`
        : sql`INSERT INTO drizzle.j (hash, created_at, name) VALUES ('y', 2000, 'b')`;

  beforeAll(async () => {
    database = await createTestDatabase({ major, setup: `${USERS}${JOURNALS[tool]}` });
    target = openTarget({ url: database.owner.url });
    sql = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
    rolloutId = await begin(target);
  });
  afterAll(async () => {
    await Promise.all([target.close(), sql.end({ timeout: 5 }), superuser.end({ timeout: 5 })]);
    await database.drop();
  });

  it('is not made where somebody runs the file between the check and the step', async () => {
    const outcome = await move(target, rolloutId, 'forward', {
      onEvent: async (event) => {
        if (event.type === 'step_started' && event.stepId === '0.record') await runRaw();
      },
    });
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'not_allowed', message: expect.stringContaining('somebody has run it') },
    });
    expect(await rows()).toHaveLength(2);
    await sql`DELETE FROM drizzle.j WHERE id::text <> '1'`;
  });

  it('is not made where a predecessor has gone meanwhile; the entry check names what is pending', async () => {
    const [first] = await rows();
    await sql`DELETE FROM drizzle.j`;
    expect(await move(target, rolloutId, 'forward')).toMatchObject({
      kind: 'failed',
      error: { code: 'check_failed', message: expect.stringContaining('a is not recorded yet') },
    });
    await sql`INSERT INTO drizzle.j ${sql([first ?? {}])}`;
    const outcome = await move(target, rolloutId, 'forward', {
      onEvent: async (event) => {
        if (event.type === 'step_started' && event.stepId === '0.record') await sql`DELETE FROM drizzle.j`;
      },
    });
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'not_allowed' } });
    await sql`INSERT INTO drizzle.j ${sql([first ?? {}])}`;
  });

  it('is made once by several workers, whatever is killed in between', async () => {
    await ask();
    let cuts = 0;
    const onEvent = async (event: MoveEvent) => {
      if ((event.type !== 'step_started' && event.type !== 'step_done') || cuts >= 3) return;
      cuts += 1;
      await superuser`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE ${`segue ${rolloutId}%`}`;
    };
    const work = async (owner: string): Promise<void> => {
      for (let tries = 0; tries < 200; tries += 1) {
        const outcome = await runMove(target, { rolloutId, owner, onEvent }).catch(
          (error: { code?: string }): MoveOutcome => {
            expect(error.code).toMatch(/^(connection_failed|lease_lost)$/);
            return { kind: 'yielded' };
          },
        );
        if (outcome.kind === 'completed') return;
        expect(['yielded', 'busy']).toContain(outcome.kind);
        if (outcome.kind === 'busy')
          await new Promise((resolve) => setTimeout(resolve, Math.min(200, outcome.retryInMs)));
      }
      throw new Error('the move was never completed');
    };
    await Promise.all([work('one'), work('two'), work('three')]);
    expect(cuts).toBe(3);
    expect(await rows()).toHaveLength(2);
    expect(await sql`SELECT FROM segue.team_records`).toHaveLength(1);
    expect((await requireRollout(target, { id: rolloutId })).position).toBe(1);
  });

  it('goes with a dump, and can be taken back in what was restored from it', async () => {
    // Nobody may be connected to what is copied.
    await Promise.all([target.close(), sql.end({ timeout: 5 }), superuser.end({ timeout: 5 })]);
    const copy = await createTestDatabase({ major, template: database.name });
    const url = new URL(database.superuserUrl);
    url.pathname = `/${copy.name}`;
    const restored = openTarget({ url: url.href });
    try {
      expect(await restored.sql`SELECT FROM drizzle.j`).toHaveLength(2);
      expect(await mustMove(restored, rolloutId, 'back')).toBe(0);
      expect(await restored.sql`SELECT FROM drizzle.j`).toHaveLength(1);
      expect(await restored.sql`SELECT FROM segue.team_records`).toHaveLength(0);
    } finally {
      await restored.close();
      await copy.drop();
    }
    target = openTarget({ url: database.owner.url });
    sql = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    expect(await finish(target, { rolloutId, owner: 'test' })).toMatchObject({ kind: 'completed' });
  });

  it('that another one has made is left alone on the way back', async () => {
    await sql`DELETE FROM drizzle.j WHERE id::text <> '1'`;
    await runRaw();
    expect(await mustMove(target, rolloutId, 'back')).toBe(0);
    expect(await rows()).toHaveLength(2);
  });
});
