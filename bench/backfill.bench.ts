// Rows a second of a backfill beside what people would use instead.
// Options: --sizes 100000,1000000 --runs 5 --methods segue_1,segue_2,plain,trigger --out backfill.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { withServer } from '@/lib/postgres/temporary-server';
import { METHODS, type Method } from './support/backfill-methods';
import { barChart } from './support/bar-chart';
import { openTableTemplate, type TableTemplate } from './support/table-template';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100000,1000000' },
    runs: { type: 'string', default: '5' },
    methods: { type: 'string', default: METHODS.map(({ name }) => name).join(',') },
    /** Name of the results file and of the chart. */
    out: { type: 'string', default: 'backfill' },
  },
});
const sizes = values.sizes.split(',').map(Number);
const runs = Number(values.runs);
const wanted = values.methods.split(',');
const unknown = wanted.find((name) => !METHODS.some((method) => method.name === name));
if (unknown !== undefined)
  throw new Error(`No method "${unknown}". There are: ${METHODS.map(({ name }) => name).join(', ')}.`);
/** In the order in which they stand, not as they were asked for. */
const methods = METHODS.filter(({ name }) => wanted.includes(name));

interface Run {
  readonly size: number;
  readonly method: string;
  readonly rowsPerSecond: number;
  readonly walBytesPerRow: number;
  readonly growthPercent: number;
  /** Of Segue's time, in ms. */
  readonly parts?: Readonly<Record<string, number>>;
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
    methods.map(({ name, title }) => {
      const mine = found.filter((run) => run.size === size && run.method === name);
      const parts = [...new Set(mine.flatMap((run) => Object.keys(run.parts ?? {})))];
      return {
        size,
        method: name,
        title,
        rowsPerSecond: median(mine.map((run) => run.rowsPerSecond)),
        walBytesPerRow: median(mine.map((run) => run.walBytesPerRow)),
        growthPercent: median(mine.map((run) => run.growthPercent)),
        ...(parts.length === 0
          ? {}
          : {
              parts: Object.fromEntries(
                parts.map((part) => [part, median(mine.map((run) => run.parts?.[part] ?? 0))]),
              ),
            }),
      };
    }),
  );
  const rate = (size: number, method: string) =>
    medians.find((row) => row.size === size && row.method === method)?.rowsPerSecond ?? Number.NaN;
  const names = methods.map(({ name }) => name);
  const own = names.filter((name) => name.startsWith('segue'));
  const others = names.filter((name) => !own.includes(name));
  const ratios = sizes.flatMap((size) =>
    own.map((method) => ({
      size,
      method,
      ...Object.fromEntries(
        others.map((name) => [name, Number((rate(size, method) / rate(size, name)).toFixed(2))]),
      ),
    })),
  );
  writeResult(values.out, version, { runs: run, fsync: 'on', medians, ratios, all: found });
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
  writeFileSync(path.resolve(import.meta.dirname, 'results', `${values.out}.svg`), chart);
}

async function measure(template: TableTemplate, size: number, method: Method): Promise<Run> {
  const database = await template.copy();
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const admin = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  const state = async () => {
    const [row] = await admin<{ lsn: string; bytes: number; version: string }[]>`
      SELECT pg_current_wal_lsn()::text AS lsn, pg_total_relation_size('customers')::float8 AS bytes, current_setting('server_version') AS version`;
    if (row === undefined) throw new Error('no state');
    return row;
  };
  const input = { sql, url: database.url, rows: size };
  await method.prepare?.(input);
  await admin`VACUUM ANALYZE customers`;
  await admin`CHECKPOINT`;
  const before = await state();
  const { ms, parts } = await method.run(input);
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
  return {
    size,
    method: method.name,
    rowsPerSecond: Math.round(size / (ms / 1000)),
    walBytesPerRow: Math.round((wal?.bytes ?? 0) / size),
    growthPercent: Math.round((100 * (after.bytes - before.bytes)) / before.bytes),
    ...(parts === undefined ? {} : { parts }),
  };
}

await withServer(
  18,
  async (server) => {
    const templates = new Map<number, TableTemplate>();
    for (const size of sizes) templates.set(size, await openTableTemplate(server.url, setup(size)));
    for (let run = 1; run <= runs; run += 1) {
      for (const [size, template] of templates) {
        for (const method of methods) {
          const result = await measure(template, size, method);
          found.push(result);
          process.stdout.write(
            `${size} rows, run ${run}, ${method.name}: ${result.rowsPerSecond} rows/s, table +${result.growthPercent} %, WAL ${result.walBytesPerRow} bytes a row ${JSON.stringify(result.parts ?? {})}\n`,
          );
        }
      }
      writeFigures(run);
    }
  },
  { fsync: 'on', full_page_writes: 'on' },
);
