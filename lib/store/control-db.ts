import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
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
  readonly db: ControlDb;
  /** Ends the pool; may be called twice. */
  close(): Promise<void>;
}

/**
 * Opens a pool on the control database; connects lazily. drizzle changes the client's parsers, so the pool is its own.
 * Every statement ends after 30 s at the latest: what Segue keeps here is small.
 */
export function openControlDatabase(url: string, max = 10): ControlDatabase {
  const client = postgres(url, {
    max,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: { application_name: 'segue control', statement_timeout: 30_000, lock_timeout: 10_000 },
  });
  const db = drizzle(client, { schema: tables });
  return { url, db, close: () => client.end({ timeout: 5 }) };
}
