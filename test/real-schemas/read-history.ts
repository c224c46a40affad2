import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const read = (file: string) => readFileSync(file, 'utf8');

/**
 * The files of a migration history in the order in which their tool applies them: drizzle-kit by its journal, or by name
 * in its newer layout; Prisma by name.
 */
export function readHistory(folder: string): string[] {
  const journal = path.join(folder, 'meta', '_journal.json');
  if (existsSync(journal)) {
    const { entries } = JSON.parse(read(journal)) as { entries: { idx: number; tag: string }[] };
    return entries.sort((a, b) => a.idx - b.idx).map((entry) => read(path.join(folder, `${entry.tag}.sql`)));
  }
  return readdirSync(folder)
    .filter((name) => statSync(path.join(folder, name)).isDirectory())
    .map((name) => path.join(folder, name, 'migration.sql'))
    .filter((file) => existsSync(file))
    .sort()
    .map(read);
}
