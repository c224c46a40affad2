import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import pg from 'pg';
import postgres from 'postgres';
import { readMigration } from '@/lib/sql/migration/read-migration';

/** Runs a file as psql does: statement after statement, each as it stands, on a session of its own. */
async function runFile(url: string, file: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const item of readMigration(readFileSync(file, 'utf8')).items) {
      if (item.type !== 'statement') throw new Error(`${file}:${item.line} ${item.message}`);
      await client.query(item.text);
    }
  } catch (error) {
    throw new Error(`${path.basename(file)}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    await client.end();
  }
}

/** Files of a folder in the order of the names; none where there is no such folder. */
function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((file) => path.join(folder, file));
  } catch {
    return [];
  }
}

/** Every file of a folder, one after the other. */
export async function runFolder(url: string, folder: string): Promise<void> {
  for (const file of filesOf(folder)) await runFile(url, file);
}

/** The same for somebody who runs a file that fails again, once, after `mend`. Gives the files that failed. */
export async function runAgain(url: string, folder: string, mend: () => Promise<unknown>): Promise<string[]> {
  const failed: string[] = [];
  for (const file of filesOf(folder)) {
    const again = await runFile(url, file).then(
      () => false,
      () => true,
    );
    if (!again) continue;
    failed.push(path.basename(file));
    await mend();
    await runFile(url, file);
  }
  return failed;
}

/** The phases' folders of an export, in order. */
export const phaseFolders = (out: string): string[] =>
  readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(out, name))
    .sort();

/** drizzle's own migrator, as an application calls it. */
export async function runDrizzle(
  url: string,
  migrationsFolder: string,
  migrationsTable: string,
): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await migrate(drizzle(client), { migrationsFolder, migrationsTable });
  } finally {
    await client.end();
  }
}
