import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { EMBEDDED_MAJOR } from '@/lib/postgres/binaries';
import { createTransition } from '@/lib/services/create-transition';
import { listDatabases } from '@/lib/services/list-databases';
import { listTransitions } from '@/lib/services/list-transitions';
import { findSandbox } from '@/lib/store/sandbox';
import type { SandboxView, TrafficView } from '@/lib/views/sandbox-view';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { serverVariable } from '@/test/postgres/test-majors';
import { openServiceHarness, type ServiceHarness } from '@/test/service-harness';
import { createSandbox } from './create-sandbox';
import { newDemoNames } from './demo-database';
import { CUSTOMERS } from './demo-schema';
import { getSandboxView } from './get-sandbox-view';
import { removeSandbox } from './remove-sandbox';
import { resumeSandbox } from './resume-sandbox';
import type { SandboxHost } from './sandbox-host';
import { beginSandbox, readSandbox } from './sandbox-record';
import { switchTraffic } from './switch-traffic';
import { trafficRunner } from './traffic/traffic-runner';

let harness: ServiceHarness;
let server: postgres.Sql;
let actor: Actor;
let host: SandboxHost;
let plain: TestDatabase;

beforeAll(async () => {
  harness = await openServiceHarness({ rows: 1 });
  const serverUrl = process.env[serverVariable(EMBEDDED_MAJOR)] ?? '';
  server = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  actor = await harness.actor('Ada');
  host = { adminUrl: async () => serverUrl, traffic: trafficRunner() };
  plain = await createTestDatabase({ appRoles: 0 });
});

afterEach(async () => {
  await host.traffic.stop();
  if ((await readSandbox(harness.context.control)) !== null)
    await removeSandbox(harness.context, actor, host);
});

afterAll(async () => {
  await server.end({ timeout: 5 });
  await harness.close();
  await plain.drop();
});

async function leftOnServer(): Promise<string[]> {
  const rows = await server<{ name: string }[]>`
    select datname::text as name from pg_database where datname like 'segue\\_sandbox\\_%'
    union all select rolname::text from pg_roles where rolname like 'segue\\_sandbox\\_%'`;
  return rows.map(({ name }) => name);
}

const create = async () => (await createSandbox(harness.context, actor, host)).done;

async function ready(): Promise<Extract<SandboxView, { state: 'ready' }>> {
  const view = await getSandboxView(harness.context, host);
  if (view.state !== 'ready') throw new Error(`the sandbox is ${JSON.stringify(view)}`);
  return view;
}

/** Waits for what the traffic does next; time decides only how soon. */
async function until(version: 'old' | 'new', what: (view: TrafficView) => boolean): Promise<TrafficView> {
  for (;;) {
    const found = (await ready()).traffic.versions.find((view) => view.version === version);
    if (found !== undefined && what(found)) return found;
    await sleep(100);
  }
}

async function expectShop(database: string): Promise<void> {
  const shop = postgres(new URL(`/${database}`, await host.adminUrl()).href, { max: 1 });
  const [counts] = await shop<{ customers: number; unique: number }[]>`
    select count(*)::int as customers, count(distinct email)::int as unique from customers where id <= ${CUSTOMERS}`;
  expect(counts).toEqual({ customers: CUSTOMERS, unique: CUSTOMERS });
  const constraints = await shop<{ kind: string }[]>`select distinct contype::text as kind from pg_constraint
    where conrelid::regclass::text in ('customers', 'orders', 'products') and contype in ('c', 'f', 'p', 'u') order by 1`;
  expect(constraints.map(({ kind }) => kind)).toEqual(['c', 'f', 'p', 'u']);
  await shop.end();
}

describe('the sandbox', () => {
  it('is made in one go, with old code as traffic, and leaves nothing when it is removed', async () => {
    const before = await leftOnServer();
    await create();
    const { databaseId } = await ready();
    const [database] = await listDatabases(harness.context);
    expect(database).toMatchObject({
      id: databaseId,
      name: 'Sandbox',
      environment: 'development',
      sandbox: true,
      state: 'ok',
      problems: [],
    });
    const names = (await readSandbox(harness.context.control))?.names;
    const stored =
      await server`select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = ${names?.owner ?? ''}`;
    expect(stored).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);
    expect(JSON.stringify(await findSandbox(harness.context.control))).not.toContain('postgres:');
    await expectShop(names?.database ?? '');

    const old = await until('old', (view) => view.requests > 100 && view.p99Ms !== null);
    expect(old).toMatchObject({ on: true, errors: 0, lastError: null, column: 'name' });
    expect((await ready()).traffic.series.old.requests.some((value) => (value ?? 0) > 0)).toBe(true);
    expect((await ready()).traffic.versions[1]).toMatchObject({ on: false, requests: 0 });
    await expect(createSandbox(harness.context, actor, host)).rejects.toMatchObject({ code: 'conflict' });

    await createTransition(harness.context, actor, {
      databaseId,
      file: {
        name: 'rename',
        operations: [{ rename_column: { table: 'customers', from: 'name', to: 'full_name' } }],
      },
    });
    await removeSandbox(harness.context, actor, host);
    expect(await getSandboxView(harness.context, host)).toEqual({ state: 'none' });
    expect(await leftOnServer()).toEqual(before);
    expect(await listDatabases(harness.context)).toEqual([]);
    expect(await listTransitions(harness.context)).toEqual([]);
    expect(host.traffic.isRunning()).toBe(false);
  });

  it('counts the errors of a version that cannot work yet, and goes on as it was switched after a restart', async () => {
    await create();
    await switchTraffic(harness.context, actor, { version: 'new', on: true }, host);
    const early = await until('new', (view) => view.errors > 10);
    expect(early.lastError?.message).toContain('full_name');
    expect((await until('old', (view) => view.requests > 60)).errors).toBe(0);
    await switchTraffic(harness.context, actor, { version: 'old', on: false }, host);
    expect((await ready()).traffic.marks.map((mark) => mark.kind)).toContain('switch');

    await host.traffic.stop();
    host = { ...host, traffic: trafficRunner() };
    await resumeSandbox(harness.context, host);
    await until('new', (view) => view.errors > 0);
    expect((await ready()).traffic.versions[0]).toMatchObject({ on: false, requests: 0 });
  });

  it('says which right is missing, and lets a person try again or clear up', async () => {
    const poor: SandboxHost = { ...host, adminUrl: async () => plain.owner.url };
    await (await createSandbox(harness.context, actor, poor)).done;
    expect(await getSandboxView(harness.context, host)).toMatchObject({
      state: 'failed',
      message: `The role "${plain.owner.name}" may not create databases and roles.`,
    });
    await create();
    expect((await ready()).state).toBe('ready');
  });

  it('works for a role that may create databases and roles without being a superuser', async () => {
    await server.unsafe(`alter role "${plain.owner.name}" createdb createrole`);
    const modest: SandboxHost = { ...host, adminUrl: async () => plain.owner.url };
    await (await createSandbox(harness.context, actor, modest)).done;
    expect((await ready()).state).toBe('ready');
    await until('old', (view) => view.requests > 0);
    await removeSandbox(harness.context, actor, modest);
    expect(await leftOnServer()).toEqual([]);
  });

  it('clears what a killed process left half made', async () => {
    const names = newDemoNames();
    await beginSandbox(harness.context.control, names);
    await server.unsafe(`create role "${names.owner}"`);
    await server.unsafe(`create database "${names.database}" owner "${names.owner}"`);
    await resumeSandbox(harness.context, host);
    expect(await getSandboxView(harness.context, host)).toEqual({ state: 'none' });
    expect(await leftOnServer()).toEqual([]);
  });

  it('is made once when two people click at the same moment', async () => {
    const results = await Promise.allSettled([
      createSandbox(harness.context, actor, host),
      createSandbox(await harness.secondContext(), actor, host),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const won = results.find((result) => result.status === 'fulfilled');
    if (won?.status === 'fulfilled') await won.value.done;
    expect(await listDatabases(harness.context)).toHaveLength(1);
  });
});
