import postgres from 'postgres';
import { expect } from 'vitest';
import { planTransition } from '@/lib/engine/plan-transition';
import { DUMP_QUERY } from '@/lib/engine/prove/dump-query';
import { fixPlan } from '@/lib/engine/rollouts';
import { openTarget } from '@/lib/engine/target';
import type { Answers } from '@/lib/planner/from-sql/migration-reading';
import type { Major } from '@/lib/postgres/binaries';
import { createTestDatabase } from '../postgres/test-database';
import { dumpCatalog, segueLeftovers } from './catalog-dump';
import { mustMove } from './move';
import { specOfFile } from './spec-of-file';

/** A migration file on a live schema. */
export interface RawFile {
  readonly name: string;
  /** Not left to the full run. */
  readonly always?: true;
  readonly setup: string;
  readonly file: string;
  readonly answers?: Answers;
  /** The phases that it takes. */
  readonly phases: readonly string[];
  /** Queries that must be true at a position, on the way there and on the way back. */
  readonly at?: Readonly<Record<number, string>>;
}

class Undone extends Error {}

/** The catalog after the raw file; nothing of it stays. */
async function endOf(superuser: postgres.Sql, owner: string, file: string): Promise<string[]> {
  let end: string[] = [];
  await superuser
    .begin(async (tx) => {
      await tx.unsafe(`SET LOCAL ROLE "${owner}"; ${file}; RESET ROLE`);
      await tx`SET LOCAL search_path = pg_catalog`;
      const rows = await tx.unsafe<{ line: string }[]>(DUMP_QUERY, ['public']);
      end = rows.map(({ line }) => line);
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  return end;
}

/**
 * Reads the file against the schema, goes to before Delete, all the way back and to the end: every arrival is held against the first, and
 * the end against that of the file itself.
 */
export async function endsAsItsFile(major: Major, raw: RawFile): Promise<void> {
  const database = await createTestDatabase({ major });
  const owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
  const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  const target = openTarget({ url: database.owner.url, applicationName: 'segue test' });
  try {
    await owner.unsafe(raw.setup.replaceAll(':app', `"${database.apps[0]?.name ?? ''}"`));
    const file = raw.file.replaceAll(':app', `"${database.apps[0]?.name ?? ''}"`);
    const end = await endOf(superuser, database.owner.name, file);
    const plan = await planTransition(target, await specOfFile(target, file, major, raw.answers));
    expect(plan.phases.map(({ kind }) => kind)).toEqual(raw.phases);
    const { id } = await fixPlan(target, { plan, managedBy: null });
    const visited = new Map<number, readonly string[]>();
    let position = 0;
    const arrive = async () => {
      const dump = await dumpCatalog(superuser);
      expect(dump, `catalog at position ${position}`).toEqual(visited.get(position) ?? dump);
      visited.set(position, dump);
      const query = raw.at?.[position];
      if (query === undefined) return;
      const [row] = await superuser.unsafe(query);
      expect(Object.values(row ?? {})[0], query).toBe(true);
    };
    const go = async (direction: 'forward' | 'back') => {
      position = await mustMove(target, id, direction, { acknowledged: ['*'] });
      await arrive();
    };
    await arrive();
    const last = plan.phases.length;
    const turn = plan.phases.at(-1)?.kind === 'purge' ? last - 1 : last;
    while (position < turn) await go('forward');
    while (position > 0) await go('back');
    while (position < last) await go('forward');
    expect(visited.get(last)).toEqual(end);
    expect(await segueLeftovers(superuser)).toEqual([]);
  } finally {
    await Promise.all([owner.end({ timeout: 5 }), superuser.end({ timeout: 5 }), target.close()]);
    await database.drop();
  }
}
