// Rows a second of a backfill beside what people would use instead. Options: --sizes 100000,1000000 --runs 5.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { withServer } from '@/test/postgres/temporary-server';
import { createTestDatabase } from '@/test/postgres/test-database';
import { METHODS } from './support/backfill-methods';
import { barChart } from './support/bar-chart';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100000,1000000' },
    runs: { type: 'string', default: '5' },
  },
});
const sizes = values.sizes.split(',').map(Number);
const runs = Number(values.runs);

interface Run {
  readonly size: number;
  readonly method: string;
  readonly rowsPerSecond: number;
  readonly walBytesPerRow: number;
  readonly growthPercent: number;
}

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** About 130 bytes a row. Vacuum by hand only: whether one comes in between must not decide. */
const setup = (rows: number) => `
  CREATE TABLE customers (id bigint PRIMARY KEY, tenant integer, name text, note text, at timestamptz DEFAULT now()) WITH (autovacuum_enabled = off);
  INSERT INTO customers SELECT g, g % 50, 'customer number ' || g, repeat('x', 40) FROM generate_series(1, ${rows}) g`;

const found: Run[] = [];
let version = '';

/** Figures and chart of the runs so far: a run that is cut short has those before it. */
function writeFigures(run: number): void {
  const medians = sizes.flatMap((size) =>
    METHODS.map(({ name, title }) => {
      const mine = found.filter((run) => run.size === size && run.method === name);
      return {
        size,
        method: name,
        title,
        rowsPerSecond: median(mine.map((run) => run.rowsPerSecond)),
        walBytesPerRow: median(mine.map((run) => run.walBytesPerRow)),
        growthPercent: median(mine.map((run) => run.growthPercent)),
      };
    }),
  );
  const rate = (size: number, method: string) =>
    medians.find((row) => row.size === size && row.method === method)?.rowsPerSecond ?? Number.NaN;
  const ratios = sizes.flatMap((size) =>
    ['segue_1', 'segue_2'].map((method) => ({
      size,
      method,
      ...Object.fromEntries(
        METHODS.filter(({ name }) => !name.startsWith('segue')).map(({ name }) => [
          name,
          Number((rate(size, method) / rate(size, name)).toFixed(2)),
        ]),
      ),
    })),
  );
  writeResult('backfill', version, { runs: run, fsync: 'on', medians, ratios, all: found });
  const chart = barChart(
    'Backfill, rows a second (median)',
    `${run} interleaved ${run === 1 ? 'run' : 'runs'}, PostgreSQL ${version}, fsync on; Segue’s figures include the verification of every row`,
    sizes.map((size) => ({
      label: `${size.toLocaleString('en')} rows`,
      bars: medians
        .filter((row) => row.size === size)
        .sort((one, other) => other.rowsPerSecond - one.rowsPerSecond)
        .map((row) => ({ label: row.title, value: row.rowsPerSecond, own: row.method.startsWith('segue') })),
    })),
  );
  writeFileSync(path.resolve(import.meta.dirname, 'results', 'backfill.svg'), chart);
}

await withServer(
  18,
  async (server) => {
    for (let run = 1; run <= runs; run += 1) {
      for (const size of sizes) {
        for (const method of METHODS) {
          const database = await createTestDatabase({ serverUrl: server.url, setup: setup(size) });
          const sql = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
          const admin = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
          const state = async () => {
            const [row] = await admin<{ lsn: string; bytes: number; version: string }[]>`
              SELECT pg_current_wal_lsn()::text AS lsn, pg_total_relation_size('customers')::float8 AS bytes, current_setting('server_version') AS version`;
            if (row === undefined) throw new Error('no state');
            return row;
          };
          const input = { sql, url: database.owner.url, rows: size };
          await method.prepare?.(input);
          await admin`VACUUM ANALYZE customers`;
          await admin`CHECKPOINT`;
          const before = await state();
          const ms = await method.run(input);
          const after = await state();
          version = after.version;
          const [wal] = await admin<
            { bytes: number }[]
          >`SELECT pg_wal_lsn_diff(${after.lsn}::pg_lsn, ${before.lsn}::pg_lsn)::float8 AS bytes`;
          const [left] = await sql<
            { n: number }[]
          >`SELECT count(*)::integer AS n FROM customers WHERE full_name IS DISTINCT FROM name`;
          if (left?.n !== 0) throw new Error(`${method.name} left ${left?.n} rows`);
          await Promise.all([sql.end(), admin.end()]);
          await database.drop();
          const result: Run = {
            size,
            method: method.name,
            rowsPerSecond: Math.round(size / (ms / 1000)),
            walBytesPerRow: Math.round((wal?.bytes ?? 0) / size),
            growthPercent: Math.round((100 * (after.bytes - before.bytes)) / before.bytes),
          };
          found.push(result);
          process.stdout.write(
            `${size} rows, run ${run}, ${method.name}: ${result.rowsPerSecond} rows/s, table +${result.growthPercent} %\n`,
          );
        }
      }
      writeFigures(run);
    }
  },
  { fsync: 'on', full_page_writes: 'on' },
);
