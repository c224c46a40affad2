import type { CheckWork } from '@/lib/core/plan';
import type { CheckScope, Finding } from './run-check';

type Usage = Extract<CheckWork, { kind: 'column_usage' }>;

interface Statement {
  readonly queryid: string;
  readonly query: string;
  readonly user: string;
  readonly calls: number;
}

/** How long statements are watched. A reader that is rarer than this is found only among the calls so far. */
const WATCH_MS = 400;

async function statements({ target }: CheckScope, schema: string, work: Usage): Promise<Statement[]> {
  const view = `"${schema.replaceAll('"', '""')}".pg_stat_statements`;
  const rows = await target.sql.unsafe<Statement[]>(
    `SELECT s.queryid::text AS queryid, left(s.query, 300) AS query, coalesce(pg_get_userbyid(s.userid)::text, '') AS user, s.calls::double precision AS calls
     FROM ${view} s JOIN pg_database d ON d.oid = s.dbid
     WHERE d.datname = current_database() AND s.query ~* ('\\m' || regexp_replace($1, '([^[:alnum:]_])', '\\\\\\1', 'g') || '\\M')
       AND s.query ~* ('\\m' || regexp_replace($2, '([^[:alnum:]_])', '\\\\\\1', 'g') || '\\M')
       AND s.query !~* 'segue|alter table|create ' ORDER BY s.calls DESC LIMIT 20`,
    [work.column, work.table.name],
  );
  return rows.map((row) => ({ ...row }));
}

/** Queries that name a column, from pg_stat_statements where it is installed; a person's word where it is not. */
export async function checkUsage(scope: CheckScope, work: Usage): Promise<Finding> {
  const [extension] = await scope.target.sql<{ schema: string }[]>`
    SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`;
  if (extension === undefined)
    return { outcome: 'pass', summary: 'pg_stat_statements is not installed here: this rests on your word.' };
  const before = await statements(scope, extension.schema, work);
  if (before.length === 0) return { outcome: 'pass', summary: `No recorded query names ${work.column}.` };
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  const after = await statements(scope, extension.schema, work);
  const active = after.filter(
    (now) =>
      now.calls > (before.find((then) => then.queryid === now.queryid && then.user === now.user)?.calls ?? 0),
  );
  const evidence = after.map((row) => ({
    query: row.query,
    user: row.user,
    calls: row.calls,
    running: active.some((now) => now.queryid === row.queryid),
  }));
  if (active.length > 0)
    return {
      outcome: 'inconclusive',
      summary: `${active.length === 1 ? 'A query that names' : `${active.length} queries that name`} ${work.column} ran just now.`,
      evidence,
    };
  return {
    outcome: 'pass',
    summary: `${after.length} recorded ${after.length === 1 ? 'query names' : 'queries name'} ${work.column}; none ran in the last ${WATCH_MS} ms.`,
    evidence,
  };
}
