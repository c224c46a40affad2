import { quoteIdent } from '@/lib/core/sql-text';
import { missingSettings, openLine, refuseTransactionPooler, settingsScript } from './refuse-pooler';
import { type Target, targetError } from './target';

export interface DatabaseProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** A script that an administrator can run, or null where no grant helps. */
  readonly grant: string | null;
}

export interface DatabaseReport {
  readonly serverVersion: string;
  readonly serverVersionNum: number;
  readonly sizeBytes: number;
  readonly role: string;
  /** Names the database: system identifier and database. */
  readonly identity: string;
  readonly readOnly: boolean;
  readonly problems: readonly DatabaseProblem[];
}

interface Row {
  version: string;
  number: number;
  size: number;
  role: string;
  database: string;
  identity: string;
  readonly: boolean;
  can_create: boolean;
  sees_activity: boolean;
  foreign_owners: string[];
  statements: boolean;
}

const OLDEST = 140000;
const NEWEST = 190000;

/**
 * Connects and says what Segue can and cannot do there, in words that a person can act on. Changes nothing. Throws
 * `unsupported` behind a transaction pooler.
 */
export async function inspectDatabase(target: Target): Promise<DatabaseReport> {
  const [first, second] = [openLine(target.options), openLine(target.options)];
  try {
    await refuseTransactionPooler(first, second.sql);
    const missing = await missingSettings(first.sql);
    const [row] = await target.sql<Row[]>`
      SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS number,
        pg_database_size(current_database())::double precision AS size, current_user::text AS role, current_database()::text AS database,
        (SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database() AS identity,
        pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS readonly,
        has_database_privilege(current_database(), 'CREATE') AS can_create,
        pg_has_role('pg_read_all_stats', 'USAGE') AS sees_activity,
        ARRAY(SELECT DISTINCT pg_get_userbyid(c.relowner)::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT pg_has_role(c.relowner, 'USAGE') ORDER BY 1) AS foreign_owners,
        EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements') AS statements`;
    if (row === undefined) throw new Error('the server gave no answer');
    return {
      serverVersion: row.version,
      serverVersionNum: row.number,
      sizeBytes: row.size,
      role: row.role,
      identity: row.identity,
      readOnly: row.readonly,
      problems: [...problemsOf(row), ...settingsProblem(row.role, missing)],
    };
  } catch (error) {
    throw targetError(error, target);
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}

function settingsProblem(role: string, missing: readonly string[]): DatabaseProblem[] {
  if (missing.length === 0) return [];
  return [
    {
      severity: 'error',
      message: `A pooler drops settings that Segue’s sessions need: ${missing.join(', ')}. Connect directly, or give them to the role.`,
      grant: settingsScript(role),
    },
  ];
}

function problemsOf(row: Row): DatabaseProblem[] {
  const role = quoteIdent(row.role);
  const database = quoteIdent(row.database);
  const problems: DatabaseProblem[] = [];
  if (row.number < OLDEST || row.number >= NEWEST)
    problems.push({
      severity: 'error',
      message: `PostgreSQL ${row.version} is not supported; 14 to 18 are.`,
      grant: null,
    });
  if (row.readonly)
    problems.push({
      severity: 'error',
      message:
        'This server accepts no writes: it is a standby, or the role is set to read-only. Connect to the primary.',
      grant: null,
    });
  if (!row.can_create)
    problems.push({
      severity: 'error',
      message: `The role ${row.role} may not create Segue's schema in this database.`,
      grant: `GRANT CREATE ON DATABASE ${database} TO ${role};`,
    });
  if (row.foreign_owners.length > 0) {
    problems.push({
      severity: 'warning',
      message: `Some tables belong to ${row.foreign_owners.join(', ')}; ${row.role} cannot change those.`,
      grant: row.foreign_owners.map((owner) => `GRANT ${quoteIdent(owner)} TO ${role};`).join('\n'),
    });
  }
  if (!row.sees_activity)
    problems.push({
      severity: 'warning',
      message: 'Queries of other roles that stand in the way are shown without their text.',
      grant: `GRANT pg_read_all_stats TO ${role};`,
    });
  if (!row.statements)
    problems.push({
      severity: 'warning',
      message: 'pg_stat_statements is not installed: Segue cannot show which queries still name a column.',
      grant:
        '-- as a superuser, with shared_preload_libraries = pg_stat_statements:\nCREATE EXTENSION pg_stat_statements;',
    });
  return problems;
}
