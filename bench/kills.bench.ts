// SIGKILL at seeded points of a backfill of 1,000,000 rows: how soon it goes on, and how many rows are updated twice. Options: --rows n, --kills n, --seed n.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { DEFAULT_SETTINGS } from '@/lib/core/rollout';
import { withServer } from '@/test/postgres/temporary-server';
import { createTestDatabase } from '@/test/postgres/test-database';
import { summary } from './support/percentile';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const rows = Number(values.rows);
const kills = Number(values.kills);

/** mulberry32: the same points for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SETUP = `
  create table customers (id bigint primary key, name text, note text);
  insert into customers select i, 'customer ' || i, repeat('x', 60) from generate_series(1, ${rows}) i;`;
const FILE = {
  name: 'kills',
  operations: [{ rename_column: { table: 'customers', from: 'name', to: 'full_name' } }],
};
const bin = path.resolve(import.meta.dirname, '..', 'bin', 'segue.mjs');

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('close', resolve));

await withServer(18, async (server) => {
  const database = await createTestDatabase({ serverUrl: server.url, setup: SETUP });
  const sql = postgres(database.superuserUrl, { max: 1 });
  await sql`vacuum analyze customers`;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'segue-bench-'));
  const file = path.join(folder, 'kills.json');
  writeFileSync(file, JSON.stringify(FILE));
  const advance = (to: string) =>
    spawn(process.execPath, [bin, 'advance', file, '--to', to, '--database', database.owner.url], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const seen = async () => {
    const [row] = await sql<
      { seen: string }[]
    >`select coalesce(sum(rows_seen), 0)::text as seen from segue.backfill_ranges`;
    return Number(row?.seen ?? 0);
  };
  const updates = async () => {
    await sql`select pg_stat_clear_snapshot()`;
    const [row] = await sql<
      { n: string }[]
    >`select n_tup_upd::text as n from pg_stat_user_tables where relname = 'customers'`;
    return Number(row?.n ?? 0);
  };
  await ended(advance('1'));
  const before = await updates();
  const random = seeded(Number(values.seed));
  const points = Array.from({ length: kills }, () => Math.floor(random() * rows * 0.97)).sort(
    (a, b) => a - b,
  );
  const resumeMs: number[] = [];
  const began = performance.now();
  let worker = advance('2');
  for (const point of points) {
    while ((await seen()) <= point && worker.exitCode === null) await sleep(2);
    if (worker.exitCode !== null) throw new Error(`the worker ended with ${worker.exitCode} before ${point}`);
    // Anywhere within a batch, not only after its commit.
    await sleep(random() * 40);
    worker.kill('SIGKILL');
    await ended(worker);
    const at = performance.now();
    const stoppedAt = await seen();
    worker = advance('2');
    while ((await seen()) <= stoppedAt && worker.exitCode === null) await sleep(5);
    resumeMs.push(performance.now() - at);
    process.stdout.write(
      `killed at ${stoppedAt} rows; went on after ${Math.round(resumeMs.at(-1) ?? 0)} ms\n`,
    );
  }
  const code = await ended(worker);
  const wholeMs = performance.now() - began;
  await sleep(2000);
  const excess = (await updates()) - before - rows;
  const [left] = await sql<
    { n: number }[]
  >`select count(*)::int as n from customers where full_name is distinct from name`;
  const [about] = await sql<{ version: string }[]>`select current_setting('server_version') as version`;
  await sql.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
  writeResult('kills', about?.version ?? '', {
    rows,
    kills,
    seed: Number(values.seed),
    batchRows: DEFAULT_SETTINGS.batchRows,
    exitCode: code,
    wholeSeconds: Math.round(wholeMs / 1000),
    /** From SIGKILL to the cursor's next advance, the start of the new process included. */
    resumeMs: summary(resumeMs),
    rowsUpdatedMoreThanOnce: excess,
    allowed: kills * DEFAULT_SETTINGS.batchRows,
    rowsThatDisagree: left?.n ?? null,
  });
});
