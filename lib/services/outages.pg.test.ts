import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { planTransition } from '@/lib/engine/plan-transition';
import { findRollout, fixPlan, requestMove } from '@/lib/engine/rollouts';
import { runMove } from '@/lib/engine/run-move';
import { openTarget } from '@/lib/engine/target';
import { parseTransitionFile } from '@/lib/services/parse-transition-file';
import { findDatabase } from '@/lib/store/databases';
import { loadEncryptionKey } from '@/lib/store/encryption-key';
import type { TransitionLive } from '@/lib/views/transition-view';
import { startWorker, type Worker } from '@/lib/worker/worker';
import { openServiceHarness, type ServiceHarness } from '@/test/service-harness';
import { advancePhase } from './advance-phase';
import { approvePlan } from './approve-plan';
import { changeSettings } from './change-settings';
import { createTransition } from './create-transition';
import { getTransitionLive } from './get-transition-live';
import { getTransitionView } from './get-transition-view';
import { listTransitions } from './list-transitions';
import { rollBackPhase } from './roll-back-phase';
import { syncDatabase } from './sync-databases';
import { takeOver } from './take-over';
import { targetUrl } from './target-pool';

let harness: ServiceHarness;
let ada: Actor;
let databaseId: string;
let worker: Worker;

beforeAll(async () => {
  harness = await openServiceHarness({ rows: 5000 });
  ada = await harness.actor('Ada');
  databaseId = await harness.knowTarget(ada);
  worker = await startWorker(await harness.secondContext());
});

afterAll(async () => {
  await worker.stop();
  await harness.close();
});

async function until(id: string, what: (live: TransitionLive) => boolean): Promise<TransitionLive> {
  const giveUp = Date.now() + 60_000;
  for (;;) {
    const live = await getTransitionLive(harness.context, id, ada);
    if (what(live)) return live;
    if (Date.now() > giveUp) throw new Error(`not within 60 s: ${JSON.stringify(live.sentence)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function approve(id: string): Promise<void> {
  const { plan } = await getTransitionView(harness.context, id, ada);
  await approvePlan(harness.context, ada, { id, planDigest: plan.digest });
}

async function advance(id: string): Promise<void> {
  const { version } = await getTransitionLive(harness.context, id, ada);
  await advancePhase(harness.context, ada, { id, version, deployConfirmed: true });
}

async function asSuperuser(statement: string): Promise<void> {
  const url = new URL(harness.target.superuserUrl);
  url.pathname = '/postgres';
  const sql = postgres(url.href, { max: 1, onnotice: () => undefined });
  await sql.unsafe(statement);
  await sql.end();
}

const email = (name: string) => ({
  name,
  operations: [{ rename_column: { table: 'customers', from: 'email', to: 'mail' } }],
});

it('waits out a database that is away, says so, and goes on when it is back', async () => {
  const { id } = await createTransition(harness.context, ada, { databaseId, file: email('outage') });
  await changeSettings(harness.context, ada, { id, settings: { batchRows: 100, batchPauseMs: 50 } });
  await approve(id);
  await advance(id);
  await until(id, (live) => live.track.position === 1);
  await advance(id);
  await until(id, (live) => (live.backfills[0]?.rowsDone ?? 0) > 200);

  const { name } = harness.target;
  await asSuperuser(`alter database ${name} with allow_connections false`);
  await asSuperuser(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  const away = await until(id, (live) => live.databaseError !== null);
  expect(away.status).toBe('running');
  expect(away.sentence.now).toContain('cannot be reached');
  expect(away.actions.find(({ action }) => action === 'roll_back')?.allowed).toBe(false);
  expect((await listTransitions(harness.context)).find((item) => item.id === id)?.status).toBe('running');

  await asSuperuser(`alter database ${name} with allow_connections true`);
  const back = await until(id, (live) => live.track.position === 2 && !live.inFlight);
  expect(back.backfills[0]).toMatchObject({ state: 'done', rowsDone: 5000 });
  expect(back.history.filter(({ what }) => what === 'Started Sync')).toHaveLength(1);
  for (const position of [1, 0]) {
    const { version } = await getTransitionLive(harness.context, id, ada);
    await rollBackPhase(harness.context, ada, { id, version });
    await until(id, (live) => live.track.position === position && !live.inFlight);
  }
});

it('takes up a move that lost its run between the two databases, and outlives lost control connections', async () => {
  const { context } = harness;
  const { id } = await createTransition(context, ada, {
    databaseId,
    file: {
      name: 'orphaned',
      operations: [{ add_column: { table: 'customers', column: 'phone', type: 'text' } }],
    },
  });
  await approve(id);
  await advance(id);
  const done = await until(id, (live) => live.track.position === 1 && !live.inFlight);
  const target = openTarget({ url: harness.target.owner.url, tls: 'disable' });
  const fact = await findRollout(target, { name: 'orphaned' });
  // As if the process had died right after the target's commit.
  await requestMove(target, {
    rolloutId: fact?.id ?? '',
    direction: 'back',
    expectedVersion: done.version,
    actor: ada,
  });
  await target.close();
  const control = new URL(harness.controlUrl).pathname.slice(1);
  await asSuperuser(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${control}'`);
  await expect.poll(() => getTransitionLive(context, id, ada).then((live) => live.track.position)).toBe(0);
  await until(id, (live) => !live.inFlight);
});

it('shows what was started from the command line, and moves it only after a take-over', async () => {
  const { context } = harness;
  const target = openTarget({ url: harness.target.owner.url, tls: 'disable' });
  const plan = await planTransition(
    target,
    parseTransitionFile({
      name: 'headless',
      operations: [{ rename_column: { table: 'customers', from: 'name', to: 'full_name' } }],
    }),
  );
  const fixed = await fixPlan(target, { plan, managedBy: null });
  const carl: Actor = { id: 'carl', name: 'carl', via: 'cli' };
  await requestMove(target, {
    rolloutId: fixed.id,
    direction: 'forward',
    expectedVersion: fixed.version,
    actor: carl,
  });
  await runMove(target, { rolloutId: fixed.id, owner: 'cli' });
  await target.close();

  const database = await findDatabase(context.control, databaseId);
  if (database === null) throw new Error('the database is gone');
  await Promise.all([syncDatabase(context, database), syncDatabase(context, database)]);
  const items = (await listTransitions(context)).filter(({ name }) => name === 'headless');
  expect(items).toHaveLength(1);
  const [item] = items;
  expect(item).toMatchObject({ author: 'command line', status: 'ready', track: { position: 1 } });
  const id = item?.id ?? '';

  const before = await getTransitionLive(context, id, ada);
  expect(before.managedElsewhere).toBe(true);
  expect(before.history.map(({ actor }) => actor)).toContain('carl');
  await expect(advancePhase(context, ada, { id, version: before.version })).rejects.toMatchObject({
    code: 'managed_elsewhere',
  });
  await takeOver(context, ada, { id });
  await approve(id);
  await advance(id);
  await until(id, (live) => live.track.position === 2);

  const other = await createTransition(context, ada, { databaseId, file: email('in the way') });
  await approve(other.id);
  await expect(advance(other.id)).rejects.toMatchObject({
    code: 'table_busy',
    evidence: { transition: 'headless', transitionId: id },
  });
});

it('says so when the target forgot a rollout, and overwrites nothing', async () => {
  const { context } = harness;
  const item = (await listTransitions(context)).find(({ name }) => name === 'headless');
  const id = item?.id ?? '';
  await harness.sql.unsafe('alter schema segue rename to segue_away');
  const live = await getTransitionLive(context, id, ada);
  expect(live.databaseError).toContain('does not know this rollout any more');
  expect(live.track.position).toBe(2);
  expect(live.actions.filter(({ allowed }) => allowed).map(({ action }) => action)).not.toContain('advance');
  await harness.sql.unsafe('alter schema segue_away rename to segue');
  expect((await getTransitionLive(context, id, ada)).databaseError).toBeNull();
});

it('names the key where another one is in use', async () => {
  const database = await findDatabase(harness.context.control, databaseId);
  if (database === null) throw new Error('the database is gone');
  const other = loadEncryptionKey('', randomBytes(32).toString('hex'));
  expect(() => targetUrl(other, database)).toThrow(`this Segue runs with key ${other.id}`);
});
