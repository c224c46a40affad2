import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { EMBEDDED_MAJOR } from '@/lib/postgres/binaries';
import { withServer } from '@/lib/postgres/temporary-server';
import { dropDemoDatabase, newDemoNames } from './demo-database';

/** An autovacuum that takes minutes, and begins at once. */
const VACUUMS = {
  autovacuum_naptime: '1s',
  autovacuum_vacuum_cost_delay: '100ms',
  autovacuum_vacuum_cost_limit: 1,
};

describe('the demo database', () => {
  it('is dropped by a role without superuser rights while an autovacuum is at work in it', async () => {
    await withServer(
      EMBEDDED_MAJOR,
      async ({ url }) => {
        const names = newDemoNames();
        const server = postgres(url, { max: 1 });
        await server.unsafe(`create role modest login createdb createrole password 'modest'`);
        const modest = new URL(url);
        modest.username = 'modest';
        modest.password = 'modest';
        const admin = postgres(modest.href, { max: 1 });
        await admin.unsafe(`create database "${names.database}"`);
        await admin.end();
        const inside = new URL(url);
        inside.pathname = `/${names.database}`;
        const shop = postgres(inside.href, { max: 1 });
        await shop.unsafe(`create table t as select g, repeat('x', 100) from generate_series(1, 100000) g`);
        await shop.unsafe('delete from t where g % 2 = 0');
        await shop.end();
        const vacuums = () =>
          server`select from pg_stat_activity where datname = ${names.database} and backend_type = 'autovacuum worker'`;
        while ((await vacuums()).length === 0) await sleep(50);
        await dropDemoDatabase(modest.href, names);
        expect(await server`select datname from pg_database where datname = ${names.database}`).toEqual([]);
        await server.end();
      },
      VACUUMS,
    );
  });
});
