import type { SchemaSource } from '@/lib/core/schema-source';
import { postgres } from '@/lib/driver/postgres';
import { compareFacts } from '../binding';
import { messageOf, type Target, targetError } from '../target';
import { dumpCatalog } from './dump-catalog';
import type { MigrationFault } from './run-migration';
import { SCHEMA_QUERIES } from './schema-queries';
import { inSession, type ScratchDatabase, type ScratchServer } from './scratch';

/** Reads what makes a database's schema. Reads its catalog only, takes no lock on a table and no row. */
export async function readSchemaSource(target: Target): Promise<SchemaSource> {
  try {
    const source = await target.sql.begin('isolation level repeatable read read only', async (tx) => {
      await tx`SET LOCAL search_path = pg_catalog`;
      const found: { ord: number; statement: string }[] = [];
      for (const query of SCHEMA_QUERIES)
        found.push(...(await tx.unsafe<{ ord: number; statement: string }[]>(query)));
      const [server] = await tx<
        { version: number }[]
      >`SELECT current_setting('server_version_num')::int AS version`;
      return {
        statements: found.sort((a, b) => a.ord - b.ord).map(({ statement }) => statement),
        serverVersionNum: server?.version ?? 0,
      };
    });
    // After it: in it a second connection would be waited for, with the first one held.
    return { ...source, catalog: await dumpCatalog(target.sql) };
  } catch (error) {
    throw targetError(error, target);
  }
}

/** What a copy of a schema lacks, or why there is none. */
export type SchemaCopy = { readonly differences: readonly string[] } | { readonly fault: MigrationFault };

/** Asks for more than an owner's rights, or for those of who becomes the owner, and runs nothing of the schema itself. */
const BY_MAKER = /^CREATE EXTENSION |^ALTER .+ OWNER TO (?:"(?:[^"]|"")*"|[a-z_][\w$]*)$/s;

/**
 * Makes the schema on an empty scratch database. Statements that need others first are tried again until none succeeds any more; then what the
 * copy's catalog has otherwise is named. Between two majors only names are compared: each prints definitions in its own way.
 */
export async function copySchema(
  server: ScratchServer,
  database: ScratchDatabase,
  source: SchemaSource,
): Promise<SchemaCopy> {
  return inSession(database, (sql) =>
    inSession(server.asMaker(database), (maker) => makeSchema(server, source, sql, maker)),
  );
}

async function makeSchema(
  server: ScratchServer,
  source: SchemaSource,
  sql: postgres.Sql,
  maker: postgres.Sql,
): Promise<SchemaCopy> {
  for (const session of [sql, maker])
    await session.unsafe('SET search_path = pg_catalog; SET check_function_bodies = off');
  let left = source.statements;
  for (;;) {
    const failed: { statement: string; fault: MigrationFault }[] = [];
    for (const statement of left) {
      const session = BY_MAKER.test(statement) ? maker : sql;
      const fault = await tryStatement(server, session, statement);
      if (fault !== null) failed.push({ statement, fault });
    }
    if (failed.length === 0) break;
    const [first] = failed;
    if (failed.length === left.length && first !== undefined)
      return {
        fault: { ...first.fault, message: `${first.fault.message}, in ${first.statement.slice(0, 200)}` },
      };
    left = failed.map(({ statement }) => statement);
  }
  const [version] = await sql<
    { number: number }[]
  >`SELECT current_setting('server_version_num')::int AS number`;
  const same = Math.floor((version?.number ?? 0) / 10_000) === Math.floor(source.serverVersionNum / 10_000);
  const comparable = (lines: readonly string[]) => (same ? lines : namesOf(lines));
  return { differences: compareFacts(comparable(source.catalog), comparable(await dumpCatalog(sql))) };
}

/** The kind and the name of each fact that every version knows. */
const namesOf = (lines: readonly string[]): string[] =>
  lines
    .filter((line) => /^(relation|column|sequence|function|enum|domain) /.test(line))
    .map((line) =>
      line
        .split(' ')
        .slice(0, line.startsWith('relation') ? 3 : 2)
        .join(' '),
    );

async function tryStatement(
  server: ScratchServer,
  sql: postgres.Sql,
  statement: string,
): Promise<MigrationFault | null> {
  for (;;) {
    try {
      await sql.unsafe(statement);
      return null;
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error;
      const role = /^role "(.+)" does not exist$/.exec(error.message)?.[1];
      if (role === undefined) return { code: error.code, message: messageOf(error) };
      await server.addRole(role);
    }
  }
}
