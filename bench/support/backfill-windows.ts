import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { RolloutSettings } from '@/lib/core/rollout';
import { changeSettings, requestMove, requireRollout } from '@/lib/engine/rollouts';
import { runMove } from '@/lib/engine/run-move';
import { openTarget, type Target } from '@/lib/engine/target';
import type { RunningServer } from '@/lib/postgres/server';
import { createTestDatabase } from '@/test/postgres/test-database';
import { startLoad } from './load';
import type { LoadReport } from './load-spec';
import { customers, MOVE_CASES } from './move-cases';
import { BENCH_ACTOR, oneMove } from './one-move';
import { fixRollout } from './rollout';

export interface WindowsInput {
  readonly rows: number;
  readonly seconds: number;
  /** Percent of the capacity. */
  readonly load: number;
  readonly round: number;
  /** Operations a second; 0: not measured yet. */
  readonly capacity: number;
  readonly backfills: readonly Backfill[];
}

/** A way to copy rows, by its name. */
export interface Backfill {
  readonly kind: string;
  readonly settings: Partial<RolloutSettings>;
}

export interface Window {
  readonly load: number;
  readonly round: number;
  /** 'idle', or a backfill's. */
  readonly kind: string;
  readonly rowsPerSecond: number;
  readonly report: LoadReport;
}

export interface WindowsOutput {
  readonly onCapacity: (perSecond: number) => void;
  readonly onWindow: (window: Window) => void;
}

const CAPACITY_SECONDS = 10;
const WARM_UP_MS = 3000;
const CONNECTIONS = 16;
const WRITE_PERCENT = 20;

const isThrottled = ({ settings }: Backfill): boolean => (settings.batchPauseMs ?? 0) > 0;

/** A fresh table with its application, idle and under each backfill, which goes on where the one before was stopped. */
export async function backfillWindows(
  server: RunningServer,
  input: WindowsInput,
  { onCapacity, onWindow }: WindowsOutput,
): Promise<void> {
  const [rename] = MOVE_CASES;
  if (rename === undefined) throw new Error('no transition');
  const database = await createTestDatabase({ serverUrl: server.url, setup: customers(input.rows) });
  const admin = postgres(database.superuserUrl, { max: 1 });
  const target = openTarget({ url: database.owner.url });
  await admin`VACUUM ANALYZE customers`;
  const load = await startLoad(
    {
      url: database.apps[0]?.url ?? '',
      rows: input.rows,
      connections: CONNECTIONS,
      writePercent: WRITE_PERCENT,
    },
    [rename.before],
  );
  const { id } = await fixRollout(target, 'latency', rename.operations, { stopGrowthPercent: 0 });
  await oneMove(target, id, 'forward');
  let { capacity } = input;
  if (capacity === 0) {
    await load.capacity(WARM_UP_MS / 1000);
    capacity = await load.capacity(CAPACITY_SECONDS);
    onCapacity(capacity);
  }
  await load.setRate((capacity * input.load) / 100);
  const measure = async (kind: Window['kind'], rows: () => number, over: Promise<unknown>) => {
    await Promise.race([sleep(WARM_UP_MS), over]);
    const before = rows();
    const { report } = await load.during(() => Promise.race([sleep(input.seconds * 1000), over]));
    // The backfill was over before its window began: the table is too small for what was asked.
    if (report.seconds < 1) return;
    const rowsPerSecond = Math.round((rows() - before) / report.seconds);
    onWindow({ load: input.load, round: input.round, kind, rowsPerSecond, report });
  };
  await admin`CHECKPOINT`;
  await measure('idle', () => 0, new Promise(() => undefined));
  await requestMove(target, {
    rolloutId: id,
    direction: 'forward',
    expectedVersion: (await requireRollout(target, { id })).version,
    actor: BENCH_ACTOR,
    acknowledged: ['*'],
  });
  // Each round begins with another throttle. What is not throttled comes last: it leaves no rows to those after it.
  const throttled = input.backfills.filter(isThrottled);
  const turned = throttled.map((_, index) => throttled[(index + input.round - 1) % throttled.length]);
  for (const backfill of [...turned, ...input.backfills.filter((each) => !isThrottled(each))]) {
    if (backfill === undefined) continue;
    await admin`CHECKPOINT`;
    await duringBackfill(target, { id, settings: backfill.settings }, (rows, over) =>
      measure(backfill.kind, rows, over),
    );
  }
  await load.stop();
  await Promise.all([target.close(), admin.end()]);
  await database.drop();
}

/** Lets the open move run while `work` does, then stops it between two batches. */
async function duringBackfill(
  target: Target,
  rollout: { readonly id: string; readonly settings: Partial<RolloutSettings> },
  work: (rows: () => number, over: Promise<unknown>) => Promise<void>,
): Promise<void> {
  await changeSettings(target, { rolloutId: rollout.id, settings: rollout.settings, actor: BENCH_ACTOR });
  const stop = new AbortController();
  let rows = 0;
  let began = (): void => undefined;
  const copying = new Promise<void>((resolve) => {
    began = resolve;
  });
  const outcome = runMove(target, {
    rolloutId: rollout.id,
    owner: 'bench',
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type !== 'batch') return;
      began();
      rows += Number(event.changed);
    },
  });
  // A backfill that is at its end, or fails, ends the window too.
  await Promise.race([copying, outcome]);
  await work(() => rows, outcome);
  stop.abort();
  const { kind } = await outcome;
  if (kind !== 'stopped' && kind !== 'completed')
    throw new Error(`the backfill ended: ${JSON.stringify(await outcome)}`);
}
