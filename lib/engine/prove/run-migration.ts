import { postgres } from '@/lib/driver/postgres';
import { readMigration } from '@/lib/sql/migration/read-migration';
import { messageOf } from '../target';
import { inSession, type ScratchDatabase, type ScratchServer } from './scratch';

/** Why a migration did not run through, as PostgreSQL said it. */
export interface MigrationFault {
  readonly code: string;
  readonly message: string;
}

/** What must stand outside a transaction, and so in a message of its own. */
const OUTSIDE =
  /^\s*(CREATE\s+(UNIQUE\s+)?INDEX\s+CONCURRENTLY|DROP\s+INDEX\s+CONCURRENTLY|REINDEX\s[^;]*CONCURRENTLY|VACUUM\b|ALTER\s+TABLE\s[^;]*DETACH\s+PARTITION\s[^;]*CONCURRENTLY|CREATE\s+DATABASE|ALTER\s+SYSTEM)/i;
/** New enum values cannot be used before the transaction that added them has ended. */
const UNSAFE_NEW_VALUE = '55P04';
const UNDEFINED_ROLE = '42704';

const faultOf = (error: unknown): MigrationFault => {
  if (!(error instanceof postgres.PostgresError)) throw error;
  return { code: error.code, message: messageOf(error) };
};

/**
 * Runs a migration file as its tool would: as one message, which is one transaction unless the file says otherwise; statement by
 * statement where PostgreSQL demands it. Roles that the server does not have are made. Returns what stopped it, or null.
 * Commands of psql are left out.
 */
export async function runMigration(
  server: ScratchServer,
  database: ScratchDatabase,
  text: string,
): Promise<MigrationFault | null> {
  const statements = readMigration(text).items.flatMap((item) =>
    item.type === 'statement' ? [item.text] : [],
  );
  if (statements.length === 0) return null;
  const apart = statements.some((statement) => OUTSIDE.test(statement));
  return inSession(database, async (sql) => {
    const whole = apart ? statements : [statements.join(';\n')];
    const fault = await runAll(server, sql, whole);
    if (fault?.code !== UNSAFE_NEW_VALUE || apart) return fault;
    return runAll(server, sql, statements);
  });
}

async function runAll(
  server: ScratchServer,
  sql: postgres.Sql,
  statements: readonly string[],
): Promise<MigrationFault | null> {
  for (const statement of statements) {
    for (;;) {
      const fault = await run(sql, statement);
      if (fault === null) break;
      const role =
        fault.code === UNDEFINED_ROLE ? /role "(.+)" does not exist/.exec(fault.message)?.[1] : undefined;
      await sql.unsafe('ROLLBACK');
      if (role === undefined) return fault;
      await server.addRole(role);
    }
  }
  return null;
}

async function run(sql: postgres.Sql, statement: string): Promise<MigrationFault | null> {
  try {
    await sql.unsafe(statement);
    return null;
  } catch (error) {
    return faultOf(error);
  }
}
