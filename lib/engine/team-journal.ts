import { SegueError } from '@/lib/core/errors';
import {
  type JournalPlace,
  type MigrationRecord,
  recordedFile,
  teamCommand,
} from '@/lib/core/migration-record';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { Catalog } from '@/lib/planner/catalog';
import { type JournalRow, judgeJournal, type TeamJournal } from '@/lib/planner/team-record/judge-journal';
import { refuseRecorded } from '@/lib/planner/team-record/with-record';
import { hasSegueSchema } from './segue-schema';
import { type Target, targetError } from './target';

/**
 * The journals of drizzle and of Prisma that a database has, by the names that they bear unless told otherwise, in any schema.
 * drizzle's table comes twice until 1.0 has touched it: its rows do not tell which layout its folder has. Reads only.
 */
export async function findTeamJournals(target: Target): Promise<JournalPlace[]> {
  try {
    const found = await target.sql<{ schema: string; name: string; columns: string[] }[]>`
      SELECT n.nspname::text AS schema, c.relname::text AS name, array_agg(a.attname::text) AS columns
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relname IN ('_prisma_migrations', '__drizzle_migrations') AND c.relkind = 'r'
      GROUP BY 1, 2 ORDER BY 2, 1`;
    return found.flatMap(({ schema, name, columns }): JournalPlace[] => {
      const table = { schema, name };
      const has = (...wanted: string[]) => wanted.every((column) => columns.includes(column));
      if (has('migration_name', 'finished_at')) return [{ tool: 'prisma', table }];
      if (!has('hash', 'created_at')) return [];
      const folders: JournalPlace = { tool: 'drizzle-folders', table };
      return has('name') ? [folders] : [{ tool: 'drizzle', table }, folders];
    });
  } catch (error) {
    throw targetError(error, target);
  }
}

/** A team's own journal as it is now. Reads only. */
export async function readTeamJournal(target: Target, place: JournalPlace): Promise<TeamJournal> {
  const name = quoteName(place.table);
  try {
    const [found] = await target.sql<{ columns: string[] | null }[]>`
      SELECT array_agg(attname::text) AS columns FROM pg_attribute WHERE attrelid = to_regclass(${name}) AND attnum > 0 AND NOT attisdropped`;
    const columns = found?.columns ?? null;
    if (columns === null) return { there: false, named: false, rows: [] };
    const wanted = place.tool === 'prisma' ? ['migration_name', 'finished_at'] : ['hash', 'created_at'];
    if (!wanted.every((column) => columns.includes(column)))
      throw new SegueError(
        'invalid_input',
        `${name} is not a table of ${place.tool === 'prisma' ? 'Prisma' : 'drizzle'}’s.`,
        {
          object: name,
          next: 'Name the right one: --journal schema.table.',
        },
      );
    const named = columns.includes('name');
    const query =
      place.tool === 'prisma'
        ? `SELECT migration_name AS name, NULL::float8 AS when, CASE WHEN rolled_back_at IS NOT NULL THEN 'rolled_back' WHEN finished_at IS NULL THEN 'failed' ELSE 'done' END AS state FROM ${name}`
        : `SELECT ${named ? 'name' : 'NULL'} AS name, created_at::float8 AS when, 'done' AS state FROM ${name}`;
    const rows = await target.sql.unsafe<JournalRow[]>(query);
    return { there: true, named, rows: rows.map((row) => ({ ...row })) };
  } catch (error) {
    throw targetError(error, target);
  }
}

/** What the planner needs to record a file. Throws `missing_rights` with what is to be granted. */
export async function readJournalFor(
  target: Target,
  record: MigrationRecord,
  transition: string,
): Promise<NonNullable<Catalog['teamJournal']>> {
  const journal = await readTeamJournal(target, record);
  if (!journal.there) return { ...journal, ours: false };
  await requireRights(target, record);
  return { ...journal, ours: await isOurs(target, record, transition) };
}

/**
 * Throws `not_allowed` where somebody has run the file, and before its start also where an earlier one is pending: recording this
 * one first would make drizzle's migrator skip the others for ever.
 */
export async function requireRecordable(
  target: Target,
  record: MigrationRecord,
  transition: string,
  moment: 'plan' | 'start',
): Promise<void> {
  const journal = await readJournalFor(target, record, transition);
  refuseRecorded(record, journal);
  const { pending } = judgeJournal(record, journal);
  if (moment === 'plan' || pending.length === 0 || !(journal.there || record.make)) return;
  const file = recordedFile(record);
  throw new SegueError(
    'not_allowed',
    `${pending.join(', ')} ${pending.length === 1 ? 'comes' : 'come'} before ${file} and ${pending.length === 1 ? 'is' : 'are'} not recorded in ${record.table.schema}.${record.table.name}.`,
    {
      object: file,
      next: `Run ${teamCommand(record.tool)} up to there, or start their transitions, first.`,
      evidence: { pending },
    },
  );
}

async function requireRights(target: Target, record: MigrationRecord): Promise<void> {
  const name = quoteName(record.table);
  const [row] = await target.sql<{ role: string; may: boolean; sequence: string | null }[]>`
    SELECT current_user::text AS role, has_table_privilege(${name}, 'SELECT') AND has_table_privilege(${name}, 'INSERT') AND has_table_privilege(${name}, 'DELETE') AS may,
      (SELECT s FROM pg_get_serial_sequence(${name}, 'id') s WHERE NOT has_sequence_privilege(s, 'USAGE')) AS sequence`;
  if (row === undefined || (row.may && row.sequence === null)) return;
  const role = quoteIdent(row.role);
  throw new SegueError(
    'missing_rights',
    `The role ${row.role} may not write ${name}, where ${recordedFile(record)} is to be recorded.`,
    {
      object: name,
      next: [
        ...(row.may ? [] : [`GRANT SELECT, INSERT, DELETE ON ${name} TO ${role};`]),
        ...(row.sequence === null ? [] : [`GRANT USAGE ON SEQUENCE ${row.sequence} TO ${role};`]),
      ].join(' '),
    },
  );
}

/** Whether the row that is there was made by this transition, on an earlier way. */
async function isOurs(target: Target, record: MigrationRecord, transition: string): Promise<boolean> {
  if (!(await hasSegueSchema(target))) return false;
  const [noted] = await target.sql`SELECT FROM pg_class WHERE oid = to_regclass('segue.team_records')`;
  if (noted === undefined) return false;
  const rows = await target.sql.unsafe(
    `SELECT FROM ${quoteName(record.table)} t JOIN segue.team_records n ON n.row_id = t.id::text JOIN segue.rollouts r ON r.id = n.rollout_id
     WHERE r.name = $1 AND n.table_schema = $2 AND n.table_name = $3 AND n.file = $4`,
    [transition, record.table.schema, record.table.name, recordedFile(record)],
  );
  return rows.length > 0;
}
