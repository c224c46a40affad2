import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { preparedStatements } from './prepared-statements';

const DOUBLE = 'SELECT $1::int * 2 AS n';
const TREBLE = 'SELECT $1::int * 3 AS n';

describe.each(FEWER_MAJORS)('statements that stay prepared, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let sql: postgres.Sql;
  let closed: Promise<void>;
  let messages = 0;
  beforeAll(async () => {
    database = await createTestDatabase({ major });
  });
  afterAll(async () => {
    await database.drop();
  });
  beforeEach(async () => {
    messages = 0;
    closed = new Promise((resolve) => {
      sql = postgres(database.owner.url, { max: 1, prepare: false, onclose: () => resolve() });
    });
    return () => sql.end({ timeout: 5 });
  });

  const execute = async (names: readonly string[]) => {
    messages += 1;
    const answers = await sql.unsafe(names.map((name) => `EXECUTE ${name}(7)`).join('; '));
    return [answers].flat(2).map(({ n }) => n);
  };
  const inSession = async () => (await sql`SELECT 1 FROM pg_prepared_statements WHERE from_sql`).length;

  it('are prepared once', async () => {
    const prepared = preparedStatements(sql, "SET LOCAL lock_timeout = '1s'");
    for (let count = 0; count < 3; count += 1)
      expect(await prepared.run([DOUBLE, TREBLE], execute)).toEqual([14, 21]);
    expect(await prepared.run([TREBLE], execute)).toEqual([21]);
    expect(await inSession()).toBe(2);
    expect(messages).toBe(4);
  });

  it('are prepared again where a pooler has cleaned the session, or it has become another one', async () => {
    const prepared = preparedStatements(sql, "SET LOCAL lock_timeout = '1s'");
    expect(await prepared.run([DOUBLE], execute)).toEqual([14]);
    await sql.unsafe('DISCARD ALL');
    expect(await prepared.run([DOUBLE], execute)).toEqual([14]);
    const [session] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    const other = postgres(database.owner.url, { max: 1 });
    await other`SELECT pg_terminate_backend(${session?.pid ?? 0})`;
    await closed;
    await other.end();
    expect(await prepared.run([DOUBLE], execute)).toEqual([14]);
    expect(await inSession()).toBe(1);
  });

  it('do not meet those of another user of the same session', async () => {
    const [one, other] = [preparedStatements(sql, 'SELECT'), preparedStatements(sql, 'SELECT')];
    expect(await one.run([DOUBLE], execute)).toEqual([14]);
    expect(await other.run([TREBLE], execute)).toEqual([21]);
    expect(await one.run([DOUBLE], execute)).toEqual([14]);
  });

  it('make room: a walk over many partitions does not fill the session', async () => {
    const prepared = preparedStatements(sql, 'SELECT');
    for (let count = 0; count < 100; count += 1)
      await prepared.run([DOUBLE, `SELECT $1::int + ${count} AS n`], execute);
    expect(await inSession()).toBeLessThanOrEqual(32);
    expect(await prepared.run([TREBLE, DOUBLE], execute)).toEqual([21, 14]);
  });

  it('an error is no reason to run twice', async () => {
    const prepared = preparedStatements(sql, 'SELECT');
    await expect(
      prepared.run(['SELECT 1 / $1::int AS n'], async (names) => {
        messages += 1;
        await sql.unsafe(`EXECUTE ${names[0]}(0)`);
      }),
    ).rejects.toThrow('division by zero');
    expect(messages).toBe(1);
  });
});
