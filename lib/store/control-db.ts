import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { postgres } from '@/lib/driver/postgres';
import * as tables from './tables';

export type ControlTables = typeof tables;
export type ControlDb = PostgresJsDatabase<ControlTables>;
/** A database or a transaction on it: what queries take. */
export type ControlQueries = Pick<
  ControlDb,
  'select' | 'selectDistinctOn' | 'insert' | 'update' | 'delete' | 'execute'
>;

export interface ControlDatabase {
  readonly url: string;
  /** Always the present pool's. */
  readonly db: ControlDb;
  /** Puts a fresh pool in the place of one that lost connections; what is in flight there fails within 5 s. */
  renew(): void;
  /** Ends the pool; may be called twice. */
  close(): Promise<void>;
}

interface Pool {
  readonly client: postgres.Sql;
  readonly db: ControlDb;
}

/**
 * Opens a pool on the control database; connects lazily. drizzle changes the client's parsers, so the pool is its own.
 * Every statement ends after 30 s at the latest: what Segue keeps here is small.
 */
export function openControlDatabase(url: string, max = 10): ControlDatabase {
  const open = (): Pool => {
    const client = postgres(url, {
      max,
      idle_timeout: 60,
      connect_timeout: 10,
      // It would ask for array types first on each new connection, and a query that waits for that can wait for ever.
      fetch_types: false,
      onnotice: () => undefined,
      connection: { application_name: 'segue control', statement_timeout: 30_000, lock_timeout: 10_000 },
    });
    return { client, db: drizzle(client, { schema: tables }) };
  };
  let pool = open();
  const db = new Proxy(pool.db, {
    get: (_first, name) => {
      const value: unknown = Reflect.get(pool.db, name);
      return typeof value === 'function' ? value.bind(pool.db) : value;
    },
  });
  return {
    url,
    db,
    renew: () => {
      const { client } = pool;
      pool = open();
      void client.end({ timeout: 5 });
    },
    close: () => pool.client.end({ timeout: 5 }),
  };
}
