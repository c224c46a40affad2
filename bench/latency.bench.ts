// What an application feels of a backfill and of each move. Options: --rows n, --loads 15,50, --windows n, --seconds n, --throttles 20/20,40/40 (ms of a batch / ms of the pause after it), --ddl-rows n (0: none), --out the results' name.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { DEFAULT_SETTINGS } from '@/lib/core/rollout';
import { withServer } from '@/lib/postgres/temporary-server';
import { type Backfill, backfillWindows, type Window } from './support/backfill-windows';
import { barChart } from './support/bar-chart';
import { type MoveWindow, moveWindows } from './support/move-windows';
import { median } from './support/percentile';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '6000000' },
    loads: { type: 'string', default: '15,50' },
    windows: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    throttles: { type: 'string', default: '40/40' },
    'ddl-rows': { type: 'string', default: '1000000' },
    out: { type: 'string', default: 'latency' },
  },
});
const windows = Number(values.windows);
const settings = { rows: Number(values.rows), seconds: Number(values.seconds) };
const backfills: readonly Backfill[] = [
  ...values.throttles.split(',').map((text) => {
    const [batchMs = 0, batchPauseMs = 0] = text.split('/').map(Number);
    return { kind: `throttled ${text}`, settings: { lanes: 1, batchMs, batchPauseMs } };
  }),
  { kind: 'unthrottled', settings: { lanes: 1, batchMs: DEFAULT_SETTINGS.batchMs, batchPauseMs: 0 } },
];
const kinds = ['idle', ...backfills.map(({ kind }) => kind)];
const loads = values.loads.split(',').filter(Boolean).map(Number);
const ddlRows = Number(values['ddl-rows']);

/** A quarter of the machine's memory would be usual; the table fits either way into the system's cache. */
const CONFIG = { fsync: 'on', full_page_writes: 'on', shared_buffers: '1GB' };

const found: Window[] = [];
const moves: MoveWindow[] = [];
let capacity = 0;
let version = '';

function medians() {
  return loads.flatMap((load) =>
    kinds.map((kind) => {
      const mine = found.filter((window) => window.load === load && window.kind === kind);
      const of = (pick: (window: Window) => number) => Number(median(mine.map(pick)).toFixed(2));
      return {
        load,
        kind,
        windows: mine.length,
        p50Ms: of(({ report }) => report.all.p50),
        p99Ms: of(({ report }) => report.all.p99),
        readsP99Ms: of(({ report }) => report.reads.p99),
        writesP99Ms: of(({ report }) => report.writes.p99),
        maxMs: Math.max(0, ...mine.map(({ report }) => report.all.max)),
        errors: mine.reduce((sum, { report }) => sum + report.errors, 0),
        rowsPerSecond: of((window) => window.rowsPerSecond),
        p99TimesIdle: Number(
          median(
            mine.map((window) => {
              const idle = found.find(
                (one) => one.load === load && one.kind === 'idle' && one.round === window.round,
              );
              return window.report.all.p99 / (idle?.report.all.p99 ?? Number.NaN);
            }),
          ).toFixed(2),
        ),
      };
    }),
  );
}

function writeFigures(): void {
  const rows = medians();
  writeResult(values.out, version, {
    rows: settings.rows,
    fsync: 'on',
    sharedBuffers: CONFIG.shared_buffers,
    secondsOfAWindow: settings.seconds,
    capacityPerSecond: Math.round(capacity),
    backfills,
    medians: rows,
    moves: { rows: ddlRows, load: loads[0] ?? 0, longestPauseMs: DEFAULT_SETTINGS.maxPauseMs, each: moves },
    all: found,
  });
  const chart = barChart(
    'Latency of the application, p99 in ms (median of the windows)',
    `PostgreSQL ${version}, fsync on; open loop, measured from the moment an operation was due; ${windows} windows of ${settings.seconds} s`,
    loads.map((load) => ({
      label: `at ${load} % of what the machine can do`,
      bars: rows
        .filter((row) => row.load === load)
        .map((row) => ({
          label:
            row.kind === 'idle' ? 'idle' : `${row.kind}, ${row.rowsPerSecond.toLocaleString('en')} rows/s`,
          value: row.p99Ms,
          own: row.kind !== 'idle',
        })),
    })),
  );
  writeFileSync(path.resolve(import.meta.dirname, 'results', `${values.out}.svg`), chart);
}

await withServer(
  18,
  async (server) => {
    const admin = postgres(server.url, { max: 1 });
    const [about] = await admin<{ version: string }[]>`select current_setting('server_version') as version`;
    version = about?.version ?? '';
    await admin.end();
    for (let round = 1; round <= windows; round += 1) {
      for (const load of loads) {
        await backfillWindows(
          server,
          { ...settings, load, round, capacity, backfills },
          {
            onCapacity: (perSecond) => {
              capacity = perSecond;
            },
            onWindow: (window) => {
              found.push(window);
              process.stdout.write(
                `${load} %, round ${round}, ${window.kind}: p50 ${window.report.all.p50}, p99 ${window.report.all.p99}, max ${window.report.all.max} ms, ${window.report.perSecond} operations/s, ${window.report.errors} errors, ${window.rowsPerSecond} rows/s\n`,
              );
            },
          },
        );
        writeFigures();
      }
    }
    if (ddlRows > 0) {
      const share = (loads[0] ?? 15) / 100;
      for await (const move of moveWindows(server, { rows: ddlRows, share, capacity })) {
        moves.push(move);
        process.stdout.write(
          `${move.transition}, ${move.move}: ${move.ms} ms, p99 ${move.report.all.p99}, max ${move.report.all.max} ms, ${move.report.errors} errors\n`,
        );
      }
    }
    writeFigures();
  },
  CONFIG,
);
// The load's process ends with this one.
process.exit(0);
