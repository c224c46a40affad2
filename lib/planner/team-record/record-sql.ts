import { type MigrationRecord, recordedFile, teamCommand } from '@/lib/core/migration-record';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';

/** Prisma's migration engine holds this advisory lock from before it reads its table until it is done. */
const PRISMA_LOCK = 72707369;

const short = (record: MigrationRecord): string => `${record.table.schema}.${record.table.name}`;

/** Rows of the journal that say that this file has been run. */
function isThis(record: MigrationRecord, named: boolean): string {
  switch (record.tool) {
    case 'prisma':
      return `migration_name = ${quoteLiteral(record.tag)} AND finished_at IS NOT NULL AND rolled_back_at IS NULL`;
    case 'drizzle-folders':
      return named ? `name = ${quoteLiteral(record.tag)}` : `created_at / 1000 = ${record.when ?? 0} / 1000`;
    case 'drizzle':
      return `created_at = ${record.when ?? 0}`;
  }
}

/** True where what comes right before it is not recorded; null where nothing comes before. */
function misses(record: MigrationRecord, named: boolean): string | null {
  const { earlier } = record;
  const last = earlier?.at(-1);
  if (earlier === null || last === undefined) return null;
  const table = quoteName(record.table);
  // drizzle's older migrator runs what is younger than the youngest, so the youngest speaks for all.
  if (record.tool === 'drizzle')
    return `coalesce((SELECT max(created_at) FROM ${table}), 0) < ${Math.max(0, ...earlier.map(({ when }) => when ?? 0))}`;
  return `NOT EXISTS (SELECT FROM ${table} WHERE ${isThis({ ...record, ...last }, named)})`;
}

/** Rows of later files that have been run. */
function isLater(record: MigrationRecord): string {
  if (record.tool === 'prisma')
    return `migration_name > ${quoteLiteral(record.tag)} COLLATE "C" AND finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  return record.tool === 'drizzle'
    ? `created_at > ${record.when ?? 0}`
    : `created_at / 1000 > ${record.when ?? 0} / 1000`;
}

const raise = (condition: string, message: string): string =>
  `  IF ${condition} THEN
    RAISE EXCEPTION USING ERRCODE = 'SG002', MESSAGE = ${quoteLiteral(message)};
  END IF;`;

/** The table as the tool itself makes it. */
function making(record: MigrationRecord): string[] {
  const table = quoteName(record.table);
  if (record.tool === 'prisma')
    return [
      `CREATE TABLE IF NOT EXISTS ${table} (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`,
    ];
  const later = record.tool === 'drizzle' ? '' : ', name text, applied_at timestamptz DEFAULT now()';
  return [
    `CREATE SCHEMA IF NOT EXISTS ${quoteIdent(record.table.schema)}`,
    `CREATE TABLE IF NOT EXISTS ${table} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint${later})`,
  ];
}

/** The row, and a note of which one it is: the way back takes out that one and no other. */
function insertion(record: MigrationRecord, transition: string, named: boolean): string {
  const table = quoteName(record.table);
  const [hash, tag] = [record.hash, record.tag].map(quoteLiteral);
  const [columns, values] =
    record.tool === 'prisma'
      ? [
          'id, checksum, migration_name, started_at, finished_at, applied_steps_count',
          `gen_random_uuid()::text, ${hash}, ${tag}, now(), now(), 1`,
        ]
      : record.tool === 'drizzle-folders' && named
        ? ['hash, created_at, name', `${hash}, ${record.when ?? 0}, ${tag}`]
        : ['hash, created_at', `${hash}, ${record.when ?? 0}`];
  const note = [record.table.schema, record.table.name, recordedFile(record)].map(quoteLiteral).join(', ');
  return `WITH made AS (
  INSERT INTO ${table} (${columns})
  SELECT ${values}
  WHERE NOT EXISTS (SELECT FROM ${table} WHERE ${isThis(record, named)})
  RETURNING id
)
INSERT INTO segue.team_records (rollout_id, table_schema, table_name, file, row_id)
SELECT r.id, ${note}, made.id::text FROM made, segue.rollouts r WHERE r.name = ${quoteLiteral(transition)}
ON CONFLICT (rollout_id) DO UPDATE SET file = EXCLUDED.file, row_id = EXCLUDED.row_id, recorded_at = EXCLUDED.recorded_at`;
}

/**
 * SQL that records a file in its team's journal, and takes it out again where no later file is recorded. It raises SG002 where
 * somebody else has recorded it, or what comes before it is missing: what the checks before have seen may have changed.
 * Pure. `makes`: the table is not there; `named`: drizzle's table has the column `name`.
 */
export function recordSql(
  record: MigrationRecord,
  transition: string,
  state: { readonly makes: boolean; readonly named: boolean },
): { readonly sql: string[]; readonly undo: string[] } {
  const table = quoteName(record.table);
  const file = recordedFile(record);
  const lock = [
    ...(record.tool === 'prisma' ? [`SELECT pg_advisory_xact_lock(${PRISMA_LOCK})`] : []),
    `LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`,
  ];
  const missing = misses(record, state.named);
  const mine = `id::text IN (SELECT n.row_id FROM segue.team_records n JOIN segue.rollouts r ON r.id = n.rollout_id WHERE r.name = ${quoteLiteral(transition)})`;
  const hasName = `EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${quoteLiteral(table)}::regclass AND attname = 'name' AND NOT attisdropped)`;
  const guards = [
    raise(
      `EXISTS (SELECT FROM ${table} WHERE ${isThis(record, state.named)} AND NOT ${mine})`,
      `${file} has been recorded in ${short(record)} meanwhile: somebody has run it`,
    ),
    ...(missing === null
      ? []
      : [
          raise(
            missing,
            `a file before ${file} is not recorded in ${short(record)}: ${teamCommand(record.tool)} would skip it`,
          ),
        ]),
    // Of a file whose folder nobody has seen this is all that its journal can say: ours may be there from an earlier way.
    ...(record.earlier === null
      ? [
          raise(
            `EXISTS (SELECT FROM ${table} WHERE ${isLater(record)}) AND NOT EXISTS (SELECT FROM ${table} WHERE ${mine})`,
            `a file later than ${file} is recorded in ${short(record)}`,
          ),
        ]
      : []),
    ...(record.tool === 'drizzle-folders' && !state.named
      ? [raise(hasName, `${short(record)} has been upgraded meanwhile: plan again`)]
      : []),
  ];
  const remove = `WITH gone AS (
  DELETE FROM ${table} WHERE ${isThis(record, state.named)} AND ${mine}
  AND NOT EXISTS (SELECT FROM ${table} WHERE ${isLater(record)})
  RETURNING id
)
DELETE FROM segue.team_records n USING gone, segue.rollouts r
WHERE r.name = ${quoteLiteral(transition)} AND n.rollout_id = r.id AND n.row_id = gone.id::text`;
  return {
    sql: [
      ...(state.makes ? making(record) : []),
      ...lock,
      `DO $segue$\nBEGIN\n${guards.join('\n')}\nEND $segue$`,
      insertion(record, transition, state.named),
    ],
    undo: [...lock, remove],
  };
}
