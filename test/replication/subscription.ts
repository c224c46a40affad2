import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import postgres from 'postgres';
import { quoteLiteral } from '@/lib/core/sql-text';
import type { RunningServer } from '@/lib/postgres/server';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';

/** A database that publishes, and one on another server that subscribes to it. */
export interface Subscription {
  readonly publisher: TestDatabase;
  readonly subscriber: TestDatabase;
  /** Superusers of both. */
  readonly from: postgres.Sql;
  readonly to: postgres.Sql;
  /** The publisher's application. */
  readonly app: pg.Client;
  /** Waits until the subscriber has applied all that was committed so far. */
  applied(): Promise<void>;
  /** How often the subscriber could not apply a row. */
  failures(): Promise<number>;
  close(): Promise<void>;
}

/** Servers for it: the publisher's needs `wal_level = logical`, the subscriber's tries again at once. */
export const PUBLISHER_CONFIG = { wal_level: 'logical' } as const;
export const SUBSCRIBER_CONFIG = { wal_retrieve_retry_interval: '200ms' } as const;

/**
 * Makes both databases with the same tables and connects them; `setup` is run in both, `publication` in the one that
 * publishes, as in FOR TABLE items.
 */
export async function subscribe(
  servers: { readonly publisher: RunningServer; readonly subscriber: RunningServer },
  setup: string,
  publication: string,
): Promise<Subscription> {
  const publisher = await createTestDatabase({ serverUrl: servers.publisher.url, setup });
  const subscriber = await createTestDatabase({ serverUrl: servers.subscriber.url, setup });
  const options = { max: 2, fetch_types: false, onnotice: () => undefined };
  const from = postgres(publisher.superuserUrl, options);
  const to = postgres(subscriber.superuserUrl, options);
  const name = publisher.name;
  const errors = () =>
    readFileSync(path.join(servers.subscriber.dataDir, 'start.log'), 'utf8').split(' ERROR: ').length - 1;
  const before = errors();
  await from.unsafe(`CREATE PUBLICATION everything ${publication}`);
  const at = new URL(publisher.superuserUrl);
  const connection = `host=${at.hostname} port=${at.port} user=${at.username} password=${decodeURIComponent(at.password)} dbname=${name}`;
  await to.unsafe(
    `CREATE SUBSCRIPTION ${name} CONNECTION ${quoteLiteral(connection)} PUBLICATION everything WITH (copy_data = false)`,
  );
  const app = new pg.Client({ connectionString: publisher.apps[0]?.url });
  await app.connect();
  return {
    publisher,
    subscriber,
    from,
    to,
    app,
    applied: async () => {
      const [row] = await from`SELECT pg_current_wal_insert_lsn()::text AS lsn`;
      const lsn = String(row?.lsn);
      for (;;) {
        const there = await from`
          SELECT 1 FROM pg_replication_slots WHERE slot_name = ${name} AND confirmed_flush_lsn >= ${lsn}::text::pg_lsn`;
        if (there.length > 0) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    failures: async () => {
      // PostgreSQL counts them since 15 (its release notes, "pg_stat_subscription_stats"); before, the server's log tells.
      if (servers.subscriber.major < 15) return errors() - before;
      const [row] =
        await to`SELECT apply_error_count::int AS n FROM pg_stat_subscription_stats WHERE subname = ${name}`;
      return Number(row?.n ?? 0);
    },
    close: async () => {
      await app.end();
      await to.unsafe(`DROP SUBSCRIPTION ${name}`);
      await Promise.all([from.end({ timeout: 1 }), to.end({ timeout: 1 })]);
      await Promise.all([publisher.drop(), subscriber.drop()]);
    },
  };
}
