import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { Workspace } from '@/test/run-segue';

/** A folder as drizzle-kit writes it, that grows file by file; `when` grows by a minute. */
export function drizzleFolder(workspace: Workspace, folder: string) {
  const entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[] = [];
  return {
    /** Adds the next file; gives its path below the workspace. */
    add(name: string, text: string): string {
      const idx = entries.length;
      const tag = `${String(idx).padStart(4, '0')}_${name}`;
      entries.push({ idx, version: '7', when: 1_760_000_000_000 + idx * 60_000, tag, breakpoints: true });
      workspace.write(`${folder}/meta/_journal.json`, { version: '7', dialect: 'postgresql', entries });
      return workspace.write(`${folder}/${tag}.sql`, text);
    },
    whenOf: (idx: number): number => entries[idx]?.when ?? 0,
  };
}

/** What a deploy does: drizzle-orm's own migrator, as it comes from the registry. */
export async function stockMigrate(
  url: string,
  workspace: Workspace,
  folder: string,
  place: { migrationsSchema?: string; migrationsTable?: string } = {},
): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await migrate(drizzle(sql), { migrationsFolder: path.join(workspace.folder, folder), ...place });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
