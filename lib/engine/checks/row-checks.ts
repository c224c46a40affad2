import type { CheckWork, KeyColumn } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { keyRange } from '../key-range';
import { sqlStateOf } from '../target';
import type { CheckScope, Finding } from './run-check';

type RowWork = Extract<CheckWork, { kind: 'mismatches' | 'null_rows' | 'round_trip' }>;

/** Rows read per statement: short enough not to hold back vacuum, long enough to be quick. */
const CHUNK_ROWS = 200_000;
const SAMPLES = 10;

interface Count {
  readonly rows: number;
  readonly samples: Record<string, string | number | boolean | null>[];
}

interface CountQuery {
  readonly table: RelationName;
  readonly key: readonly KeyColumn[];
  /** Condition on `t`; the safe one is used for a chunk in which the plain one raises. */
  readonly where: string;
  readonly safeWhere: string;
  readonly show: readonly string[];
}

/** Counts rows that satisfy a condition, chunk by chunk along the key, with the first keys as samples. */
async function countWhere(scope: CheckScope, query: CountQuery): Promise<Count> {
  const { sql } = scope.target;
  const order = query.key.map((column) => `t.${quoteIdent(column.name)}`).join(', ');
  const shown = [...new Set([...query.key.map((column) => column.name), ...query.show])];
  let after: string[] | null = null;
  let rows = 0;
  const samples: Count['samples'] = [];
  for (;;) {
    await scope.checkpoint();
    const start = keyRange(query.key, after, null);
    const texts = query.key.map((column) => `t.${quoteIdent(column.name)}::text`).join(', ');
    const [end] = await sql.unsafe<{ key: string[] }[]>(
      `SELECT ARRAY[${texts}] AS key FROM ${quoteName(query.table)} AS t WHERE ${start.condition} ORDER BY ${order} OFFSET ${CHUNK_ROWS} LIMIT 1`,
      start.values,
    );
    const range = keyRange(query.key, after, end?.key ?? null);
    const run = async (where: string) => {
      const [count] = await sql.unsafe<{ rows: number }[]>(
        `SELECT count(*)::integer AS rows FROM ${quoteName(query.table)} AS t WHERE ${range.condition} AND (${where})`,
        range.values,
      );
      const found = count?.rows ?? 0;
      if (found > 0 && samples.length < SAMPLES) {
        const columns = shown.map((name) => `t.${quoteIdent(name)}::text AS ${quoteIdent(name)}`).join(', ');
        const sample = await sql.unsafe<Record<string, string | null>[]>(
          `SELECT ${columns} FROM ${quoteName(query.table)} AS t WHERE ${range.condition} AND (${where}) LIMIT ${SAMPLES - samples.length}`,
          range.values,
        );
        samples.push(...sample.map((row) => ({ ...row })));
      }
      return found;
    };
    try {
      rows += await run(query.where);
    } catch (error) {
      if (!/^(22|23514)/.test(sqlStateOf(error) ?? '')) throw error;
      rows += await run(query.safeWhere);
    }
    if (end === undefined) return { rows, samples };
    after = end.key;
  }
}

const plural = (rows: number) => `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;

/** The checks that look at rows. */
export async function countRows(scope: CheckScope, work: RowWork): Promise<Finding> {
  if (work.kind === 'mismatches') {
    const found = await countWhere(scope, work);
    if (found.rows === 0) return { outcome: 'pass', summary: '0 rows disagree.' };
    return { outcome: 'fail', summary: `${plural(found.rows)} disagree.`, evidence: found.samples };
  }
  if (work.kind === 'null_rows') {
    const where = `t.${quoteIdent(work.column)} IS NULL`;
    const found = await countWhere(scope, { ...work, where, safeWhere: where, show: [work.column] });
    if (found.rows === 0) return { outcome: 'pass', summary: '0 rows are NULL.' };
    return { outcome: 'fail', summary: `${plural(found.rows)} are NULL.`, evidence: found.samples };
  }
  const lost = await countWhere(scope, { ...work, safeWhere: work.where, show: [work.column] });
  if (lost.rows === 0) return { outcome: 'pass', summary: 'Every row survives the way there and back.' };
  return {
    outcome: 'inconclusive',
    summary: `${plural(lost.rows)} would read differently after the way there and back. They stay as they are until the old column is deleted.`,
    evidence: lost.samples,
  };
}
