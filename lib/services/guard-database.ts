import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import { migrationRecordSchema } from '@/lib/core/migration-record';
import { judgeFiles } from '@/lib/engine/judge-files';
import { tablesInTransition } from '@/lib/engine/tables-in-transition';
import { readTeamJournal } from '@/lib/engine/team-journal';
import type { GuardFinding } from '@/lib/planner/guard/guard-migration';
import type { TableInTransition } from '@/lib/planner/guard/table-in-transition';
import type { TeamJournal } from '@/lib/planner/team-record/judge-journal';
import { listDatabases } from '@/lib/store/databases';
import type { ServiceContext } from './service-context';
import { LONG_WORK_MS } from './target-pool';

/** Characters of all files together: reading them keeps this process busy. */
const MOST_TEXT = 1_000_000;

export const guardInput = z.strictObject({
  /** By its name in the dashboard, or its id. */
  database: z.string().trim().min(1).max(200),
  journals: z
    .array(migrationRecordSchema.pick({ tool: true, table: true }))
    .max(20)
    .default([]),
  files: z
    .array(z.strictObject({ file: z.string().max(1000), text: z.string() }))
    .max(500)
    .refine(
      (files) => files.reduce((sum, { text }) => sum + text.length, 0) <= MOST_TEXT,
      'the pending files have more than 1 MB together: guard them with --database',
    )
    .default([]),
});

/** What a CI run without a way into the database asks of it. */
export interface GuardAnswer {
  readonly tables: readonly TableInTransition[];
  /** In the order in which they were asked for. */
  readonly journals: readonly TeamJournal[];
  readonly findings: readonly GuardFinding[];
}

/**
 * What is in transition in a database, what a team's journals there say, and what pending files would do to it. The database is only
 * read; the files are kept nowhere. `not_found` for a database that the dashboard does not know.
 */
export async function guardDatabase(
  context: ServiceContext,
  { database: wanted, journals, files }: z.output<typeof guardInput>,
): Promise<GuardAnswer> {
  const known = await listDatabases(context.control);
  const database = known.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (database === undefined)
    throw new SegueError('not_found', `There is no database "${wanted}".`, {
      object: wanted,
      next: 'Name one as the dashboard calls it.',
    });
  return context.targets.use(
    database,
    async (target) => {
      const tables = await tablesInTransition(target);
      const found: TeamJournal[] = [];
      for (const journal of journals) found.push(await readTeamJournal(target, journal));
      return { tables, journals: found, findings: await judgeFiles(target, files, tables) };
    },
    { patienceMs: LONG_WORK_MS },
  );
}
