import postgres from 'postgres';
import { expect, it } from 'vitest';
import { migrationReading } from '@/lib/planner/from-sql/migration-reading';
import type { Major } from '@/lib/postgres/binaries';
import { memoryOf } from '../memory-of';
import { createTestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS } from '../postgres/test-majors';

const SETUP = 'CREATE TABLE staff (id int PRIMARY KEY, login text UNIQUE, rank text)';
const FILE = `INSERT INTO staff VALUES (9, 'a', 'chief') ON CONFLICT (login) DO UPDATE SET rank = 'chief'`;

/** The SQL by which the file's INSERT runs, on one connection. */
function upOf(major: Major): string {
  const [insert] =
    migrationReading(FILE, memoryOf(SETUP, major), { name: 'm', answers: {}, major }).spec?.operations ?? [];
  if (insert?.kind !== 'free_sql') throw new Error('The file is read in another way.');
  return insert.up;
}

it.each(FEWER_MAJORS)(
  'a row that code changes or adds at the same moment stops the INSERT, on PostgreSQL %i',
  async (major) => {
    const database = await createTestDatabase({ major });
    const code = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    const segue = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    const watch = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
    const during = async (change: string): Promise<unknown> => {
      let running: Promise<unknown> = Promise.resolve();
      await code.begin(async (tx) => {
        await tx.unsafe(change);
        running = segue
          .begin((own) => own.unsafe(upOf(major)).simple())
          .then(
            () => null,
            (error: unknown) => (error instanceof Error ? error.message : error),
          );
        for (;;) {
          const [row] = await watch<
            { waits: boolean }[]
          >`SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid') AS waits`;
          if (row?.waits === true) break;
        }
      });
      return running;
    };
    try {
      await segue.unsafe(`CREATE SCHEMA segue; ${SETUP}`);
      expect(await during(`INSERT INTO staff VALUES (1, 'a', 'new')`)).toMatch(/run it again/);
      expect(await during(`UPDATE staff SET rank = 'newer'`)).toMatch(/run it again/);
      expect(await segue`SELECT rank FROM staff`).toEqual([{ rank: 'newer' }]);
      await segue.begin((own) => own.unsafe(upOf(major)).simple());
      expect(await segue`SELECT rank FROM staff`).toEqual([{ rank: 'chief' }]);
    } finally {
      await Promise.all([code.end(), segue.end(), watch.end()]);
      await database.drop();
    }
  },
);
