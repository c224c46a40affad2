import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { advancePhase } from '@/lib/services/advance-phase';
import { approvePlan } from '@/lib/services/approve-plan';
import { changeSettings } from '@/lib/services/change-settings';
import { createTransition } from '@/lib/services/create-transition';
import { getTransitionLive } from '@/lib/services/get-transition-live';
import { getTransitionView } from '@/lib/services/get-transition-view';
import { pauseRun } from '@/lib/services/pause-run';
import { requireTransition } from '@/lib/services/require-record';
import { resumeRun } from '@/lib/services/resume-run';
import { rollBackPhase } from '@/lib/services/roll-back-phase';
import { findOpenRun } from '@/lib/store/runs';
import type { TransitionLive } from '@/lib/views/transition-view';
import { openServiceHarness, type ServiceHarness } from '@/test/service-harness';

const ROWS = 20_000;
const root = path.resolve(import.meta.dirname, '../..');

let harness: ServiceHarness;
let ada: Actor;
let databaseId: string;
const children = new Set<ChildProcess>();

/** A worker as `npm run worker` starts it. */
function startWorkerProcess(): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/worker/main.ts'], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      SEGUE_CONTROL_URL: harness.controlUrl,
      DATABASE_URL: harness.controlUrl,
      SEGUE_KEY: harness.keyText,
    },
  });
  children.add(child);
  return child;
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });
}

async function live(id: string): Promise<TransitionLive> {
  return getTransitionLive(harness.context, id, ada);
}

async function until(
  id: string,
  what: (live: TransitionLive) => boolean,
  seconds: number,
): Promise<TransitionLive> {
  const giveUp = Date.now() + seconds * 1000;
  for (;;) {
    const now = await live(id);
    if (what(now)) return now;
    if (Date.now() > giveUp) throw new Error(`not within ${seconds} s: ${JSON.stringify(now.sentence)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Process id of the worker that has the run; between two slices nobody has it for a moment. */
async function holderOf(id: string): Promise<number> {
  const { rollout } = await requireTransition(harness.context.control, id);
  for (;;) {
    const run = await findOpenRun(harness.context.control, rollout.id);
    if (run === null) throw new Error('the run is over already');
    if (run.worker !== null) return Number(run.worker.split(':')[1]);
  }
}

const rowsDone = (now: TransitionLive): number => now.backfills[0]?.rowsDone ?? 0;

/** A rename whose backfill takes a while: small batches with pauses. */
async function slowRename(name: string): Promise<string> {
  const { context } = harness;
  const file = {
    name,
    operations: [{ rename_column: { table: 'customers', from: 'name', to: 'full_name' } }],
  };
  const { id } = await createTransition(context, ada, { databaseId, file });
  await changeSettings(context, ada, { id, settings: { batchRows: 200, batchPauseMs: 50 } });
  const { plan } = await getTransitionView(context, id, ada);
  await approvePlan(context, ada, { id, planDigest: plan.digest });
  return id;
}

async function advance(id: string): Promise<void> {
  const { version } = await live(id);
  await advancePhase(harness.context, ada, { id, version, deployConfirmed: true });
}

beforeAll(async () => {
  harness = await openServiceHarness({ rows: ROWS });
  ada = await harness.actor('Ada');
  databaseId = await harness.knowTarget(ada);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([...children].map(ended));
  await harness.close();
});

it('goes on within 10 s when its worker is killed, pauses, resumes, turns back, and hands over on SIGTERM', async () => {
  const id = await slowRename('killed');
  const workers = [startWorkerProcess(), startWorkerProcess()];
  await advance(id);
  await until(id, (now) => now.track.position === 1, 60);
  await advance(id);
  await until(id, (now) => rowsDone(now) > 1000, 30);

  const holder = await holderOf(id);
  const first = workers.find(({ pid }) => pid === holder);
  const heir = workers.find((worker) => worker !== first);
  if (first === undefined || heir === undefined) throw new Error(`no worker has process id ${holder}`);
  first.kill('SIGKILL');
  await ended(first);
  const atDeath = rowsDone(await live(id));
  // Promised are 10 s; the rest is for a machine that has much else to do.
  const resumed = await until(id, (now) => rowsDone(now) > atDeath, 20);
  expect(resumed.status).toBe('running');

  await pauseRun(harness.context, ada, { id, version: resumed.version });
  const paused = await until(id, (now) => now.status === 'paused', 20);
  const held = rowsDone(paused);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(rowsDone(await live(id))).toBe(held);
  await resumeRun(harness.context, ada, { id, version: paused.version });
  await until(id, (now) => rowsDone(now) > held, 20);

  // Given notice, a worker gives its run back at once: the next one need not wait for a lost heartbeat.
  const next = startWorkerProcess();
  heir.kill('SIGTERM');
  expect(await ended(heir)).toBe(0);
  const atHandOver = rowsDone(await live(id));
  const going = await until(id, (now) => rowsDone(now) > atHandOver, 20);

  await rollBackPhase(harness.context, ada, { id, version: going.version });
  const back = await until(id, (now) => !now.inFlight, 30);
  expect(back.track).toMatchObject({ position: 1, movingPhase: null });
  expect(back.history.map(({ what }) => what)).toContain('Rolled back Sync');
  next.kill('SIGTERM');
  expect(await ended(next)).toBe(0);
});
