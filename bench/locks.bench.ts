// How long each strong lock is held, by the size of the table. Options: --sizes 100000,1000000, --each n, --transitions rename_column,change_type,set_not_null,drop_column.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { quoteIdent } from '@/lib/core/sql-text';
import { openTarget } from '@/lib/engine/target';
import { withServer } from '@/lib/postgres/temporary-server';
import { createTestDatabase } from '@/test/postgres/test-database';
import { barChart } from './support/bar-chart';
import { startLoad } from './support/load';
import { lockMoves } from './support/lock-moves';
import { customers, MOVE_CASES } from './support/move-cases';
import { spread } from './support/percentile';
import { LOG_CONFIG, type LockTime, readLockTimes } from './support/server-log';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100000,1000000' },
    each: { type: 'string', default: '10' },
    transitions: { type: 'string', default: MOVE_CASES.map(({ name }) => name).join(',') },
  },
});
const sizes = values.sizes.split(',').map(Number);
const each = Number(values.each);
const cases = MOVE_CASES.filter(({ name }) => values.transitions.split(',').includes(name));
/** Traffic, so that the locks have something to wait for and someone to hold up. */
const PER_SECOND = 200;

interface Held extends LockTime {
  readonly size: number;
  readonly transition: string;
  readonly mode: string;
}

const found: Held[] = [];
const waits: { readonly size: number; readonly longestMs: number; readonly errors: number }[] = [];
let version = '';

for (const size of sizes) {
  // A server for each: its log is that of one size.
  await withServer(
    18,
    async (server) => {
      const database = await createTestDatabase({ serverUrl: server.url, setup: customers(size) });
      const admin = postgres(database.superuserUrl, { max: 1 });
      const [about] = await admin<{ version: string }[]>`select current_setting('server_version') as version`;
      version = about?.version ?? '';
      await admin`VACUUM ANALYZE customers`;
      await admin.unsafe(`ALTER ROLE ${quoteIdent(database.owner.name)} SET log_min_duration_statement = 0`);
      const target = openTarget({ url: database.owner.url });
      const load = await startLoad(
        { url: database.apps[0]?.url ?? '', rows: size, connections: 8, writePercent: 50 },
        [],
      );
      await load.setRate(PER_SECOND);
      for (const moveCase of cases) {
        const { report, result: modes } = await load.during(() => lockMoves(target, load, moveCase, each));
        waits.push({ size, longestMs: report.all.max, errors: report.errors });
        const known = found.filter((held) => held.size === size).length;
        const times = readLockTimes(server.dataDir).slice(known);
        for (const time of times) {
          const mode = modes.get(`${time.direction} ${time.stepId}`) ?? '';
          found.push({ ...time, size, transition: moveCase.title, mode });
        }
        // Every transition takes some: none means that the log is no longer read as it is written.
        if (times.length === 0) throw new Error(`the server's log tells of no lock of ${moveCase.title}`);
        const all = spread(times.map(({ ms }) => ms));
        process.stdout.write(
          `${size} rows, ${moveCase.title}: ${all.n} locks, p50 ${all.p50}, p99 ${all.p99}, max ${all.max} ms; an operation waited ${report.all.max} ms at most, ${report.errors} errors\n`,
        );
      }
      await load.stop();
      await Promise.all([target.close(), admin.end()]);
      await database.drop();
    },
    { fsync: 'on', full_page_writes: 'on', ...LOG_CONFIG },
  );
}

const of = (size: number, filter: (held: Held) => boolean) =>
  spread(found.filter((held) => held.size === size && filter(held)).map(({ ms }) => ms));
const bySize = sizes.map((size) => ({
  size,
  all: of(size, () => true),
  longestOperationMs: Math.max(
    0,
    ...waits.filter((wait) => wait.size === size).map(({ longestMs }) => longestMs),
  ),
  errors: waits.filter((wait) => wait.size === size).reduce((sum, { errors }) => sum + errors, 0),
}));
const steps = [
  ...new Set(
    found.map(({ transition, direction, stepId, mode }) => `${transition}|${direction}|${stepId}|${mode}`),
  ),
];
writeResult('locks', version, {
  fsync: 'on',
  each,
  operationsPerSecond: PER_SECOND,
  /** p99 of the largest table, in p99 of the smallest. */
  flatness: Number(((bySize.at(-1)?.all.p99 ?? Number.NaN) / (bySize[0]?.all.p99 ?? Number.NaN)).toFixed(2)),
  bySize,
  byTransition: sizes.flatMap((size) =>
    cases.map(({ title }) => ({ size, transition: title, ...of(size, (held) => held.transition === title) })),
  ),
  byStep: steps.flatMap((key) => {
    const [transition = '', direction = '', step = '', mode = ''] = key.split('|');
    return sizes.map((size) => ({
      transition,
      step,
      direction,
      mode,
      size,
      ...of(
        size,
        (held) => held.transition === transition && held.direction === direction && held.stepId === step,
      ),
    }));
  }),
});
writeFileSync(
  path.resolve(import.meta.dirname, 'results', 'locks.svg'),
  barChart(
    'Time under a strong lock, p99 in ms',
    `PostgreSQL ${version}, fsync on, ${PER_SECOND} operations a second beside it; each move ${each} times`,
    sizes.map((size) => ({
      label: `${size.toLocaleString('en')} rows`,
      bars: cases.map(({ title }) => ({
        label: title,
        value: of(size, (held) => held.transition === title).p99,
        own: true,
      })),
    })),
  ),
);
// The load's process ends with this one.
process.exit(0);
