import assert from 'node:assert/strict';
import type postgres from 'postgres';
import { quoteName } from '@/lib/core/sql-text';
import { dumpCatalog, segueLeftovers } from '../lifecycle/catalog-dump';
import type { Subject } from './subject';

/** A database as it is at rest: the application's schema and rows with those that Segue keeps, and what it has recorded of its work. */
export interface Snapshot {
  readonly catalog: readonly string[];
  readonly rows: readonly string[];
  readonly records: readonly string[];
  readonly leftovers: readonly string[];
}

/** Segue's records without times, epochs and numbers: a run with faults must end with the same ones as a run without. */
const RECORDS = `
  SELECT 'rollout ' || position || ' ' || activity || ' ' || coalesce(direction, '-') || ' ' || coalesce(ended, '-') || ' error ' || coalesce(error::text, '-') AS line FROM segue.rollouts
  UNION ALL SELECT 'step ' || phase || ' ' || step_id || ' ' || direction || ' ' || attempt || ' ' || state FROM segue.steps
  UNION ALL SELECT 'migrations ' || count(*) FROM segue.migrations
  UNION ALL SELECT 'backfill ' || step_id || ' seen ' || rows_seen || ' changed ' || rows_changed || ' done ' || done FROM segue.backfills
  UNION ALL SELECT 'backfill ' || step_id || ' of ranges: seen ' || sum(rows_seen) || ' changed ' || sum(rows_changed) FROM segue.backfill_ranges GROUP BY step_id
  UNION ALL SELECT 'retired ' || table_name || '.' || column_name || ' ' || retired_name || ' ' || reason FROM segue.retired
  UNION ALL SELECT 'exception ' || operation || ' ' || side || ' ' || key || ' ' || coalesce(value, 'NULL') FROM segue.exceptions
  UNION ALL SELECT 'conflict ' || operation || ' ' || key FROM segue.conflicts
  UNION ALL SELECT 'claim ' || table_schema || '.' || table_name FROM segue.table_claims
  UNION ALL SELECT 'facts at ' || position || ' ' || f FROM segue.positions, unnest(facts) f
  UNION ALL SELECT 'range not done ' || step_id || ' ' || number FROM segue.backfill_ranges WHERE NOT done
  UNION ALL SELECT 'open hold ' || kind FROM segue.holds WHERE ended_at IS NULL
  UNION ALL SELECT 'open move ' || direction FROM segue.moves WHERE ended_at IS NULL
  UNION ALL SELECT 'new key' FROM segue.new_keys
  UNION ALL SELECT 'setting ' || unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT 'prepared transaction ' || gid FROM pg_prepared_xacts WHERE database = current_database()
  UNION ALL SELECT 'lease behind its steps' FROM segue.leases l WHERE EXISTS (SELECT 1 FROM segue.steps s WHERE s.rollout_id = l.rollout_id AND s.epoch > l.epoch)
  ORDER BY 1`;

/** Reads a snapshot. `role` is the part of the names that is the database's own. */
export async function takeSnapshot(
  sql: postgres.Sql,
  subject: Subject,
  databaseName: string,
): Promise<Snapshot> {
  const tables = await sql<{ schema: string; name: string }[]>`
    SELECT n.nspname AS schema, relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND (n.nspname = 'public' OR n.nspname = 'segue' AND relname ~ '_[0-9a-f]{8,12}(_|$)') ORDER BY n.nspname = 'segue', 2`;
  const rows: string[] = [];
  for (const { schema, name } of tables) {
    const found = await sql.unsafe<{ row: Record<string, unknown> }[]>(
      `SELECT to_jsonb(t) AS row FROM ${quoteName({ schema, name })} t ORDER BY to_jsonb(t) ->> 'id', t::text`,
    );
    for (const { row } of found) {
      const fields = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
      const shown = fields.map(([column, value]) =>
        isVolatile(subject, name, column) ? [column, value !== null] : [column, value],
      );
      rows.push(`${name} ${JSON.stringify(Object.fromEntries(shown))}`);
    }
  }
  const records = await sql.unsafe<{ line: string }[]>(RECORDS);
  const neutral = (line: string) => line.replaceAll(databaseName, 'database');
  return {
    catalog: [...(await dumpCatalog(sql)), ...(await dumpCatalog(sql, 'segue'))].map(neutral).sort(),
    rows,
    records: records.map(({ line }) => neutral(line)).sort(),
    leftovers: await segueLeftovers(sql),
  };
}

/** Also under the name that a column has while it is retired. */
function isVolatile(subject: Subject, table: string, column: string): boolean {
  const name = column.replace(/^segue_retired_[0-9a-f]{8}_/, '');
  return subject.volatile?.includes(`${table}.${name}`) === true;
}

/** Without what tells how often something was done: counts, attempts, and the rows that count touches. */
export function withoutCounts(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    rows: snapshot.rows.filter((line) => !line.startsWith('touched ')),
    records: snapshot.records.filter((line) => !/^(step|migrations|backfill) /.test(line)),
  };
}

/**
 * The catalog, and of the rows what is in the columns of `first`: what a half-done phase that was undone must leave as it
 * was. A bare new column may hold what was copied meanwhile; `filled` columns keep what filled them.
 */
export function visiblePart(
  snapshot: Snapshot,
  first: Snapshot,
  { filled = [], stays }: Pick<Subject, 'filled' | 'stays'>,
): Snapshot {
  const known = new Set(first.rows.flatMap((line) => fieldsOf(line).map(([name]) => name)));
  const rows = withoutCounts(snapshot).rows.flatMap((line) => {
    const fields = fieldsOf(line).filter(([name]) => known.has(name) && !filled.includes(name));
    return fields.length === 0 ? [] : [JSON.stringify(fields)];
  });
  const catalog =
    stays === undefined ? snapshot.catalog : snapshot.catalog.filter((line) => !stays.test(line));
  return { catalog, rows: rows.sort(), records: [], leftovers: snapshot.leftovers };
}

/** The fields of a row's line, as `table.column` with the value. */
function fieldsOf(line: string): (readonly [string, unknown])[] {
  const at = line.indexOf(' ');
  const row: unknown = JSON.parse(line.slice(at + 1));
  return Object.entries(Object(row)).map(([column, value]) => [`${line.slice(0, at)}.${column}`, value]);
}

/** Throws, showing the lines that differ, unless both are the same in every part. */
export function sameSnapshot(is: Snapshot, expected: Snapshot, where: string): void {
  for (const part of ['records', 'catalog', 'rows', 'leftovers'] as const) {
    const was = new Set(expected[part]);
    const now = new Set(is[part]);
    const differences = [
      ...expected[part].filter((line) => !now.has(line)).map((line) => `- ${line}`),
      ...is[part].filter((line) => !was.has(line)).map((line) => `+ ${line}`),
    ];
    assert.deepEqual(differences.slice(0, 20), [], `${part} ${where}`);
    assert.equal(is[part].length, expected[part].length, `${part} ${where}: as many lines`);
  }
}
