// SIGKILL at seeded points of a backfill of 1,000,000 rows: how soon it goes on, and how many rows are updated twice. Options: --rows n, --kills n, --seed n, --workers (two `npm run worker` instead of `segue advance`).
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { Random } from '@/lib/core/random';
import { DEFAULT_SETTINGS } from '@/lib/core/rollout';
import { withServer } from '@/lib/postgres/temporary-server';
import { headless, workers } from './support/killable';
import { customers, MOVE_CASES } from './support/move-cases';
import { summary } from './support/percentile';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const kills = Number(values.kills);
const LONGEST_MS = 120_000;

await withServer(18, async (server) => {
  const open = values.workers ? workers : headless;
  const worker = await open(server, customers(rows), MOVE_CASES[0]?.operations ?? []);
  const sql = postgres(worker.superuserUrl, { max: 1 });
  try {
    await sql`vacuum analyze customers`;
    const until = async (what: () => Promise<boolean>, message: string) => {
      const giveUp = performance.now() + LONGEST_MS;
      while (!(await what())) {
        if (performance.now() > giveUp) throw new Error(`not within ${LONGEST_MS / 1000} s: ${message}`);
        await sleep(2);
      }
    };
    /** Rows changed, of batches that were committed. */
    const changed = async () => {
      const [known] = await sql<
        { known: boolean }[]
      >`select to_regclass('segue.backfill_ranges') is not null as known`;
      if (known?.known !== true) return 0;
      const [row] = await sql<
        { rows: string }[]
      >`select coalesce(sum(rows_changed), 0)::text as rows from segue.backfill_ranges`;
      return Number(row?.rows ?? 0);
    };
    /** Of whoever holds the lease. */
    const sessions = async () => {
      const found = await sql`
        select 1 from pg_stat_activity where application_name ~ '^segue [0-9a-f-]{36} ' and datname = current_database()`;
      return found.length;
    };
    const positionIs = async (position: number) => {
      const [known] = await sql<
        { known: boolean }[]
      >`select to_regclass('segue.rollouts') is not null as known`;
      if (known?.known !== true) return false;
      const found =
        await sql`select 1 from segue.rollouts where position = ${position} and activity = 'idle'`;
      return found.length > 0;
    };
    const updates = async () => {
      await sql`select pg_stat_clear_snapshot()`;
      const [row] = await sql<
        { n: string }[]
      >`select n_tup_upd::text as n from pg_stat_user_tables where relname = 'customers'`;
      return Number(row?.n ?? 0);
    };
    await worker.begin();
    await until(() => positionIs(1), 'Add');
    const before = await updates();
    const random = new Random(Number(values.seed));
    const points = Array.from({ length: kills }, () => random.below(rows * 0.97)).sort((a, b) => a - b);
    const resumeMs: number[] = [];
    const began = performance.now();
    await worker.begin();
    /** The copy was over before: there is no next batch to wait for. */
    let tooLate = 0;
    for (const point of points) {
      await until(async () => (await changed()) > point, `${point} rows`);
      // Anywhere within a batch, not only after its commit.
      await sleep(random.next() * 40);
      if ((await changed()) >= rows) {
        tooLate += 1;
        continue;
      }
      await worker.kill();
      const at = performance.now();
      // The batch that was under way is one message: the server commits it without its client. It is not the next one.
      await until(async () => (await sessions()) === 0, 'the end of the sessions');
      const stoppedAt = await changed();
      worker.replace();
      if (stoppedAt >= rows) {
        tooLate += 1;
        continue;
      }
      await until(async () => (await changed()) > stoppedAt, 'the next batch');
      resumeMs.push(performance.now() - at);
      process.stdout.write(
        `killed at ${stoppedAt} rows; went on after ${Math.round(resumeMs.at(-1) ?? 0)} ms\n`,
      );
    }
    if (tooLate > 0)
      process.stdout.write(`${tooLate} of ${kills} came when every row was copied: take more rows\n`);
    if (resumeMs.length === 0) throw new Error('every row was copied before the first kill: take more rows');
    await until(() => positionIs(2), 'the end of Sync');
    const wholeMs = performance.now() - began;
    // Sessions report their counts within a second.
    await sleep(2000);
    const excess = (await updates()) - before - rows;
    const [left] = await sql<
      { n: number }[]
    >`select count(*)::int as n from customers where full_name is distinct from name`;
    const [about] = await sql<{ version: string }[]>`select current_setting('server_version') as version`;
    writeResult(values.workers ? 'kills-workers' : 'kills', about?.version ?? '', {
      rows,
      kills,
      tooLate,
      seed: Number(values.seed),
      batchRows: DEFAULT_SETTINGS.batchRows,
      wholeSeconds: Math.round(wholeMs / 1000),
      /** From SIGKILL to the next batch that is committed; without --workers the start of a new process included. */
      resumeMs: summary(resumeMs),
      rowsUpdatedMoreThanOnce: excess,
      allowed: kills * DEFAULT_SETTINGS.batchRows,
      rowsThatDisagree: left?.n ?? null,
    });
  } finally {
    await sql.end();
    await worker.close();
  }
});
process.exit(0);
