import postgres from 'postgres';
import { createTestDatabase } from '@/test/postgres/test-database';

/** A database that one run may use up. */
export interface TableCopy {
  /** As the owner of its tables, who is no superuser. */
  readonly url: string;
  readonly superuserUrl: string;
  drop(): Promise<void>;
}

/** A database with its tables loaded, which is never changed: each run gets a copy of its files, in a fraction of the time. */
export interface TableTemplate {
  copy(): Promise<TableCopy>;
  drop(): Promise<void>;
}

/** Loads a database with `setup` and keeps it as a template. */
export async function openTableTemplate(serverUrl: string, setup: string): Promise<TableTemplate> {
  const database = await createTestDatabase({ serverUrl, setup });
  await onServer(database.superuserUrl, 'VACUUM (FREEZE, ANALYZE)');
  let copies = 0;
  const urlOf = (url: string, name: string) => {
    const changed = new URL(url);
    changed.pathname = `/${name}`;
    return changed.href;
  };
  return {
    copy: async () => {
      copies += 1;
      const name = `${database.name}_${copies}`;
      const owner = new URL(database.owner.url).username;
      await onServer(
        serverUrl,
        `CREATE DATABASE ${name} OWNER ${owner} TEMPLATE ${database.name} STRATEGY file_copy`,
      );
      return {
        url: urlOf(database.owner.url, name),
        superuserUrl: urlOf(database.superuserUrl, name),
        drop: () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`),
      };
    },
    drop: () => database.drop(),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
