import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { loadEncryptionKey } from '@/lib/store/encryption-key';
import { migrateControlDatabase } from '@/lib/store/migrate';
import type { TransitionLive } from '@/lib/views/transition-view';
import { startWorker, type Worker } from '@/lib/worker/worker';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { renameFile } from '@/test/service-story';
import { addDatabase } from './add-database';
import { advancePhase } from './advance-phase';
import { approvePlan } from './approve-plan';
import { changeSettings } from './change-settings';
import { createTransition } from './create-transition';
import { getTransitionLive } from './get-transition-live';
import { getTransitionView } from './get-transition-view';
import { actorOfName } from './introduce';
import { listTransitions } from './list-transitions';
import { rollBackPhase } from './roll-back-phase';
import { openServiceContext, type ServiceContext } from './service-context';

/** The control database is restored to an earlier time in the middle of a rollout: the target says what is true. */

const key = loadEncryptionKey('', randomBytes(32).toString('hex'));
let control: TestDatabase;
let target: TestDatabase;
let server: postgres.Sql;
let context: ServiceContext;
let workers: ServiceContext;
let worker: Worker;
let ada: Actor;
let id: string;
let databaseId: string;
const backups = new Set<string>();

beforeAll(async () => {
  [control, target] = await Promise.all([
    createTestDatabase({ appRoles: 0 }),
    createTestDatabase({
      appRoles: 0,
      setup: `create table customers (id bigint primary key generated always as identity, name text not null, email text);
        insert into customers (name) select 'Name ' || n from generate_series(1, 2000) n; analyze customers`,
    }),
  ]);
  await migrateControlDatabase(control.owner.url);
  const url = new URL(control.superuserUrl);
  url.pathname = '/postgres';
  server = postgres(url.href, { max: 1, onnotice: () => undefined });
  await open();
  ada = await actorOfName(context, 'Ada', 'web');
  databaseId = (
    await addDatabase(context, ada, {
      name: 'Shop',
      environment: 'staging',
      url: target.owner.url,
      tls: 'disable',
    })
  ).id;
});
afterAll(async () => {
  await close();
  for (const name of backups) await server.unsafe(`drop database if exists ${name} with (force)`);
  await server.end();
  await Promise.all([control.drop(), target.drop()]);
});

async function open(): Promise<void> {
  const options = { controlUrl: control.owner.url, key };
  context = await openServiceContext(options);
  workers = await openServiceContext(options);
  worker = await startWorker(workers);
}
async function close(): Promise<void> {
  await worker.stop();
  await Promise.all([workers.close(), context.close()]);
}
async function copy(from: string, to: string): Promise<void> {
  await server`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${from}`;
  await expect
    .poll(
      async () =>
        (await server`select count(*)::int as n from pg_stat_activity where datname = ${from}`)[0]?.n,
    )
    .toBe(0);
  await server.unsafe(`create database ${to} template ${from} owner ${control.owner.name}`);
}
/** As backups are taken: Segue is down for the moment, so that nothing is written meanwhile. */
async function backUp(name: string): Promise<void> {
  await close();
  backups.add(`${control.name}_${name}`);
  await copy(control.name, `${control.name}_${name}`);
  await open();
}
async function restore(name: string): Promise<void> {
  await close();
  await server.unsafe(`drop database ${control.name} with (force)`);
  await copy(`${control.name}_${name}`, control.name);
  await open();
}

const live = () => getTransitionLive(context, id, ada);
const settled = async (position: number): Promise<TransitionLive> => {
  await expect
    .poll(
      async () => {
        const now = await live();
        return now.inFlight ? `moving from ${now.track.position}` : now.track.position;
      },
      { timeout: 60_000 },
    )
    .toBe(position);
  return live();
};
const approve = async () => {
  const { plan } = await getTransitionView(context, id, ada);
  await approvePlan(context, ada, { id, planDigest: plan.digest });
};
const advance = async () => {
  const { version } = await live();
  await advancePhase(context, ada, { id, version, deployConfirmed: true });
};
const may = async (action: string) => (await live()).actions.find((each) => each.action === action)?.allowed;

it('shows where the target stands, keeps it, and goes on and back from there', async () => {
  await backUp('empty');
  id = (await createTransition(context, ada, { databaseId, file: renameFile('names') })).id;
  await backUp('draft');
  await approve();
  await changeSettings(context, ada, { id, settings: { batchRows: 100, batchPauseMs: 30 } });
  await advance();
  await settled(1);
  await backUp('at_one');
  await advance();
  await expect.poll(async () => (await live()).backfills[0]?.rowsDone ?? 0).toBeGreaterThan(100);
  // With a run under way in it.
  await backUp('in_sync');
  await settled(2);
  await advance();
  await settled(3);

  // Approved then: what was approved is what is there, so it may go on.
  await restore('at_one');
  expect((await settled(3)).history.filter(({ what }) => what.startsWith('Started'))).toHaveLength(3);
  await advance();
  await settled(4);

  // A run of then finds its phase done, and ends.
  await restore('in_sync');
  await settled(4);
  await rollBackPhase(context, ada, { id, version: (await live()).version });
  await settled(3);

  // Not approved then.
  await restore('draft');
  await settled(3);
  expect(await may('edit')).toBe(false);
  expect(await may('advance')).toBe(false);
  await approve();
  await advance();
  await settled(4);

  // Not even written then: it is found in the target.
  await restore('empty');
  await expect.poll(async () => (await listTransitions(context)).length).toBe(1);
  id = (await listTransitions(context))[0]?.id ?? '';
  expect((await settled(4)).managedElsewhere).toBe(false);
  await approve();
  for (const position of [3, 2, 1, 0]) {
    await rollBackPhase(context, ada, { id, version: (await live()).version });
    await settled(position);
  }
});
