// How long a phase without long work takes on a table of 1,000,000 rows under traffic. Options: --rows n, --each n, --long n, --autovacuum.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import type { Direction } from '@/lib/core/rollout';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan } from '@/lib/engine/rollouts';
import { openTarget } from '@/lib/engine/target';
import { withServer } from '@/lib/postgres/temporary-server';
import { createTestDatabase } from '@/test/postgres/test-database';
import { startTraffic } from '@/test/traffic/traffic';
import type { VersionSpec } from '@/test/traffic/traffic-spec';
import { type MoveTime, oneMove } from './support/one-move';
import { summary } from './support/percentile';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    each: { type: 'string', default: '30' },
    long: { type: 'string', default: '3' },
    autovacuum: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const each = Number(values.each);
/** Moves that need a whole Sync before them: back through Sync, and Delete. */
const long = Number(values.long);

const version = (column: string): VersionSpec => ({
  write: [{ column, codec: 'same' }],
  read: { column, codec: 'same' },
  omitted: null,
  nullable: true,
});

const SETUP = `
  create table customers (id bigint primary key, tenant int not null, active boolean not null, n bigint not null, name text, note text);
  insert into customers select 10000000 + i, i % 50, true, 0, 'customer ' || i, repeat('x', 60) from generate_series(1, ${rows}) i;
  create index customers_name_idx on customers (name);`;

/** With --autovacuum one is at work on the table nearly always: it begins each second and takes its time over each page. */
const SERVER: Record<string, string> = values.autovacuum ? { autovacuum_naptime: '1s' } : {};
const TABLE = values.autovacuum
  ? `alter table customers set (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 50, autovacuum_vacuum_cost_limit = 1)`
  : '';

const times = new Map<string, MoveTime[]>();
/** Waits until a vacuum works on the table. */
async function vacuumAtWork(sql: postgres.Sql): Promise<void> {
  for (let looks = 0; looks < 200; looks += 1) {
    const found = await sql`
      select 1 from pg_locks where relation = 'customers'::regclass and mode = 'ShareUpdateExclusiveLock' and granted`;
    if (found.length > 0) return;
    await sleep(50);
  }
}

const say = (text: string) => process.stdout.write(`${text}\n`);

await withServer(
  18,
  async (server) => {
    const database = await createTestDatabase({
      serverUrl: server.url,
      appRoles: 2,
      setup: `${SETUP}${TABLE}`,
      statStatements: true,
    });
    const admin = postgres(database.superuserUrl, { max: 1 });
    await admin`vacuum analyze customers`;
    const [about] = await admin<{ version: string }[]>`select current_setting('server_version') as version`;
    const traffic = await startTraffic({
      urls: database.apps.map((app) => app.url),
      table: '"customers"',
      key: { kind: 'bigint', columns: ['id'] },
      values: 'text',
      boundaries: [],
      unique: null,
      versions: { old: version('name'), new: version('full_name') },
      clients: 8,
      operationsPerSecond: 200,
      seed: 1,
      rowsPerClient: 50,
    });
    const target = openTarget({ url: database.owner.url });
    const patienceMs = async () => {
      const [row] = await admin<{ ms: number }[]>`
      select coalesce(sum(total_exec_time), 0)::float8 as ms from pg_stat_statements where query ilike 'lock table%'`;
      return row?.ms ?? 0;
    };
    let vacuumed = 0;
    let serial = 0;
    const plan = async () => {
      serial += 1;
      const spec = {
        name: `bench ${serial}`,
        dualWrite: 'managed' as const,
        operations: [
          {
            kind: 'rename_column' as const,
            table: { schema: 'public', name: 'customers' },
            from: 'name',
            to: 'full_name',
          },
        ],
      };
      return fixPlan(target, { plan: await planTransition(target, spec), managedBy: null });
    };
    // A table goes through one Sync in life, here through dozens: without this, the checks would read their dead rows.
    const compact = async () => {
      await traffic.setLive([]);
      await admin`vacuum (full, analyze) customers`;
      await traffic.setLive(['old']);
    };
    let id = (await plan()).id;
    const timed = async (what: string, direction: Direction) => {
      // Where it has just made way it comes back within a second or two.
      if (values.autovacuum) await vacuumAtWork(admin);
      const time = await oneMove(target, id, direction, patienceMs);
      if (time.lockWaitMs >= 500) vacuumed += 1;
      times.set(what, [...(times.get(what) ?? []), time]);
      say(`${what}: ${Math.round(time.ms)} ms, lock waits ${time.lockWaitMs} ms, checks ${time.checkMs} ms`);
    };
    for (let n = 0; n < each; n += 1) {
      await timed('Add forward', 'forward');
      await timed('Add back', 'back');
    }
    await oneMove(target, id, 'forward');
    for (let n = 0; n < long; n += 1) {
      await compact();
      await timed('Sync forward (long work)', 'forward');
      await timed('Sync back', 'back');
    }
    await compact();
    await timed('Sync forward (long work)', 'forward');
    await traffic.setLive(['old', 'new']);
    for (let n = 0; n < each; n += 1) {
      await timed('Switch forward', 'forward');
      await timed('Switch back', 'back');
    }
    await oneMove(target, id, 'forward');
    await traffic.setLive(['new']);
    for (let n = 0; n < each; n += 1) {
      await timed('Retire forward', 'forward');
      await timed('Retire back', 'back');
    }
    for (let n = 0; n < long; n += 1) {
      await oneMove(target, id, 'forward');
      await timed('Delete', 'forward');
      if (n + 1 === long) break;
      // The next one needs a column "name" again: the same table, renamed back in the test's own way while nothing runs.
      await traffic.setLive([]);
      await admin`alter table customers rename column full_name to name`;
      await traffic.setLive(['old']);
      id = (await plan()).id;
      await oneMove(target, id, 'forward');
      await compact();
      for (let phase = 2; phase <= 3; phase += 1) await oneMove(target, id, 'forward');
      await traffic.setLive(['new']);
    }
    // Not stop(), which compares every row with what was committed: that is the tests' business.
    await traffic.setLive([]);
    const report = await traffic.report();
    await target.close();
    await admin.end();
    await database.drop();
    const moves = Object.fromEntries(
      [...times].map(([what, list]) => [
        what,
        {
          ms: summary(list.map((time) => time.ms)),
          withoutLockWaitsMs: summary(list.map((time) => time.ms - time.lockWaitMs)),
          lockWaitMs: summary(list.map((time) => time.lockWaitMs)),
          checksMs: summary(list.map((time) => time.checkMs)),
          withoutChecksMs: summary(list.map((time) => time.ms - time.checkMs)),
        },
      ]),
    );
    writeResult(values.autovacuum ? 'moves-autovacuum' : 'moves', about?.version ?? '', {
      rows,
      ...(values.autovacuum ? { movesThatMetAVacuum: vacuumed } : {}),
      traffic: {
        connections: 8,
        wantedPerSecond: 200,
        operations: report.operations,
        errors: report.errors.length,
        p99Ms: Math.round(report.p99Ms),
        longestMs: Math.round(report.longestMs),
      },
      moves,
    });
  },
  SERVER,
);
// The traffic's process ends with this one.
process.exit(0);
