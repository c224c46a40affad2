import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import type { FolderListing, MigrationFile } from './migration-file';

const journalSchema = z.object({
  entries: z.array(
    z.object({ idx: z.number(), tag: z.string(), when: z.number().int().nonnegative().optional() }),
  ),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** drizzle-kit's journal: what drizzle's migrator goes by, whatever the files' names say. Throws `invalid_input` naming what is wrong. */
export function drizzleJournal(text: string, { shown, paths }: FolderListing): MigrationFile[] {
  const refuse = (what: string, object: string) =>
    new SegueError('invalid_input', what, { object, next: 'Run drizzle-kit check.' });
  const parsed = journalSchema.safeParse(parseJson(text));
  if (!parsed.success) throw refuse(`${shown}/meta/_journal.json is not drizzle-kit’s journal.`, shown);
  const there = new Set(paths);
  return [...parsed.data.entries]
    .sort((a, b) => a.idx - b.idx)
    .map(({ tag, when }) => {
      const path = `${tag}.sql`;
      if (!there.has(path)) throw refuse(`${shown}/${path} stands in the journal and does not exist.`, path);
      return { path, tag, down: null, ...(when === undefined ? {} : { when }) };
    });
}
