import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

/** Brings the control database up to the newest schema in `drizzle/`. May be called often. */
export async function migrateControlDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const migrationsFolder = path.join(process.env.SEGUE_ROOT ?? process.cwd(), 'drizzle');
    // drizzle's migrator takes no lock of its own: two starts at once would collide.
    await sql`select pg_advisory_lock(7345210)`;
    await migrate(drizzle(sql), { migrationsFolder });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
