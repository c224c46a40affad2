// How long a phase without long work takes on a key and the column that references it. Options: --rows n (of each table), --each n.
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import type { Direction } from '@/lib/core/rollout';
import { planTransition } from '@/lib/engine/plan-transition';
import { fixPlan } from '@/lib/engine/rollouts';
import { openTarget } from '@/lib/engine/target';
import { withServer } from '@/lib/postgres/temporary-server';
import { createTestDatabase } from '@/test/postgres/test-database';
import { type MoveTime, oneMove } from './support/one-move';
import { summary } from './support/percentile';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, each: { type: 'string', default: '10' } },
});
const rows = Number(values.rows);
const each = Number(values.each);

const SETUP = `
  create table customers (id serial primary key, name text, note text);
  create table orders (id serial primary key, customer_id int not null references customers, note text);
  insert into customers (name, note) select 'customer ' || i, repeat('x', 60) from generate_series(1, ${rows}) i;
  insert into orders (customer_id, note) select i, repeat('x', 80) from generate_series(1, ${rows}) i;
  create index orders_customer_idx on orders (customer_id);`;

const times = new Map<string, MoveTime[]>();
const say = (text: string) => process.stdout.write(`${text}\n`);

await withServer(18, async (server) => {
  const database = await createTestDatabase({ serverUrl: server.url, setup: SETUP });
  const admin = postgres(database.superuserUrl, { max: 1 });
  await admin`vacuum analyze`;
  const [about] = await admin<{ version: string }[]>`select current_setting('server_version') as version`;
  const target = openTarget({ url: database.owner.url });
  const spec = {
    name: 'family',
    dualWrite: 'managed' as const,
    operations: [
      {
        kind: 'change_type' as const,
        table: { schema: 'public', name: 'customers' },
        column: 'id',
        type: 'bigint',
      },
    ],
  };
  const { id } = await fixPlan(target, { plan: await planTransition(target, spec), managedBy: null });
  const timed = async (what: string, direction: Direction): Promise<void> => {
    const time = await oneMove(target, id, direction);
    times.set(what, [...(times.get(what) ?? []), time]);
    say(
      `${what}: ${Math.round(time.ms)} ms, lock waits ${time.lockWaitMs} ms, checks ${Math.round(time.checkMs)} ms${time.swapMs === null ? '' : `, swapped after ${Math.round(time.swapMs)} ms`}`,
    );
  };
  await timed('Add forward', 'forward');
  await timed('Sync forward (long work)', 'forward');
  for (let n = 0; n < each; n += 1) {
    await timed('Switch forward', 'forward');
    // A day later: no comparison is recent any more.
    await admin`update segue.checks set at = at - interval '1 day'`;
    await timed('Switch back (builds again)', 'back');
    await timed('Switch forward, no recent comparison', 'forward');
    await timed('Switch back (builds again)', 'back');
    // As at the end of Sync: rows were compared a moment ago.
    await admin`update segue.checks set at = clock_timestamp() where phase = 2`;
  }
  await oneMove(target, id, 'forward');
  for (let n = 0; n < each; n += 1) {
    await timed('Retire forward', 'forward');
    await timed('Retire back', 'back');
  }
  await target.close();
  await admin.end();
  await database.drop();
  writeResult('families', about?.version ?? '', {
    rows,
    moves: Object.fromEntries(
      [...times].map(([what, list]) => [
        what,
        {
          ms: summary(list.map(({ ms }) => ms)),
          checksMs: summary(list.map(({ checkMs }) => checkMs)),
          withoutChecksMs: summary(list.map(({ ms, checkMs }) => ms - checkMs)),
          ...(list.every(({ swapMs }) => swapMs === null)
            ? {}
            : { untilSwappedMs: summary(list.flatMap(({ swapMs }) => swapMs ?? [])) }),
        },
      ]),
    ),
  });
});
process.exit(0);
