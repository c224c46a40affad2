import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { createTestDatabase, TEST_MAJORS, type TestDatabase } from '@/test/postgres/test-database';
import { planTransition } from '../plan-transition';
import { ensureSegueSchema } from '../segue-schema';
import { openTarget } from '../target';
import type { BackfillRange } from './backfill-range';
import { pageStatements } from './page-statements';

const FORM = { safe: false, ordered: true };

describe.each(TEST_MAJORS)('the statements of a batch of pages, on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let sql: postgres.Sql;
  beforeAll(async () => {
    // An index that a scan could use, and statistics that promise it nothing to read there.
    database = await createTestDatabase({
      major,
      setup: `CREATE TABLE items (id bigint PRIMARY KEY, country text) WITH (autovacuum_enabled = off);
        CREATE INDEX items_country ON items (country);
        INSERT INTO items SELECT g, 'CH' FROM generate_series(1, 20000) g; ANALYZE items;
        INSERT INTO items SELECT g, NULL FROM generate_series(20001, 40000) g;`,
    });
    sql = postgres(database.owner.url, { max: 1, prepare: false, onnotice: () => undefined });
  });
  afterAll(async () => {
    await sql.end({ timeout: 5 });
    await database.drop();
  });

  it('read the pages of the batch alone, by a plan that is made once', async () => {
    const target = openTarget({ url: database.owner.url });
    const file = transitionFileSchema.parse({
      name: 'pages',
      operations: [{ set_not_null: { table: 'items', column: 'country', value: "'US'" } }],
    });
    const plan = await planTransition(target, toTransitionSpec(file));
    await ensureSegueSchema(target);
    await target.close();
    const step = plan.phases.flatMap(({ steps }) => steps).find(({ backfill }) => backfill !== undefined);
    if (step?.backfill === undefined) throw new Error('no backfill');
    const lease = { rolloutId: randomUUID(), epoch: 1n };
    const scope = { lease, step, work: step.backfill, liesInKeyOrder: false };
    const range: BackfillRange = {
      number: 1,
      round: 0,
      kind: 'pages',
      relation: 'public.items',
      fromPage: 0,
      toPage: 200,
      segmentPages: 200,
      passes: 4,
      cursor: { pass: 0, nextPage: 0, nextItem: 0 },
      lastKey: null,
      endKey: null,
      done: false,
    };
    const { lock, change } = pageStatements(scope, range, FORM);
    await sql.unsafe(`PREPARE lock AS ${lock}; PREPARE change AS ${change}`);
    const bounds = (from: number, to: number) =>
      sql`SELECT set_config('segue.batch_from', ${`(${from},0)`}, false), set_config('segue.batch_to', ${`(${to},0)`}, false)`;
    for (const [from, to] of [
      [0, 3],
      [150, 153],
    ] as const) {
      await bounds(from, to);
      for (const name of ['lock', 'change']) {
        const rows = await sql.unsafe<{ 'QUERY PLAN': string }[]>(`EXPLAIN (COSTS OFF) EXECUTE ${name}`);
        const text = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(text).toMatch(/Tid Range Scan on items t/);
        expect(text).not.toMatch(/(Index|Seq|Bitmap).* on (public\.)?items/);
      }
    }
    const locked = async (from: number, to: number) => {
      await bounds(from, to);
      const [row] = await sql.unsafe<{ count: string }[]>('EXECUTE lock');
      return Number(row?.count);
    };
    expect(await locked(0, 3)).toBe(0);
    expect(await locked(150, 153)).toBeGreaterThan(0);
    const made = await sql`
      SELECT generic_plans::int AS generic, custom_plans::int AS custom FROM pg_prepared_statements WHERE name = 'lock'`;
    expect(made).toEqual([{ generic: 4, custom: 0 }]);
  });
});
