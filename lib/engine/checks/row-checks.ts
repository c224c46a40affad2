import type { CheckWork, KeyColumn } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { doesNotConvert } from '../does-not-convert';
import { sqlStateOf } from '../target';
import { recentPass, syncProof } from './recent-pass';
import type { CheckScope, Finding } from './run-check';

type RowWork = Extract<CheckWork, { kind: 'mismatches' | 'violations' | 'null_rows' | 'round_trip' }>;

/** Blocks read per statement (512 MB, well under a second or two): a snapshot too short to hold vacuum back. */
const CHUNK_BLOCKS = 65_536;
/** Chunks of a large table that are read at the same time: as many as a session has connections, fewer than the workers of a small one. */
const READERS = 2;
/** A chunk that could not be read in time is divided by so much. */
const SMALLER = 8;
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

async function blocksOf(scope: CheckScope, table: RelationName): Promise<number> {
  const [row] = await scope.target.sql<{ blocks: number }[]>`
    SELECT (pg_relation_size(${quoteName(table)}::regclass) / current_setting('block_size')::bigint)::double precision AS blocks`;
  return row?.blocks ?? 0;
}

async function countChunk(
  scope: CheckScope,
  query: CountQuery,
  range: string,
  where: string,
  count: Count,
): Promise<Count> {
  const { sql } = scope.target;
  const from = `FROM ${quoteName(query.table)} AS t WHERE ${range} AND (${where})`;
  const [found] = await sql.unsafe<{ rows: number }[]>(`SELECT count(*)::integer AS rows ${from}`);
  const rows = found?.rows ?? 0;
  const wanted = SAMPLES - count.samples.length;
  if (rows === 0 || wanted <= 0) return { rows: count.rows + rows, samples: count.samples };
  const shown = [...new Set([...query.key.map((column) => column.name), ...query.show])];
  const columns = shown.map((name) => `t.${quoteIdent(name)}::text AS ${quoteIdent(name)}`).join(', ');
  const samples = await sql.unsafe<Record<string, string | null>[]>(
    `SELECT ${columns} ${from} LIMIT ${wanted}`,
  );
  return { rows: count.rows + rows, samples: [...count.samples, ...samples.map((row) => ({ ...row }))] };
}

/**
 * Counts rows that satisfy a condition, in the order of the blocks on disk, with a few keys as samples. A row that an
 * update moves while we read has been through the sync; the table's growth is followed to its end.
 */
async function countIn(scope: CheckScope, query: CountQuery, before: Count): Promise<Count> {
  let chunk = scope.chunkBlocks ?? CHUNK_BLOCKS;
  let blocks = await blocksOf(scope, query.table);
  let next = 0;
  const readChunk = async (start: number, end: number, found: Count): Promise<Count> => {
    await scope.checkpoint();
    // A range of blocks is read by one process; a table that is one chunk is read whole, which may go in parallel.
    const whole = start === 0 && end >= blocks;
    const range = whole ? 'true' : `t.ctid >= '(${start},0)'::tid AND t.ctid < '(${end},0)'::tid`;
    try {
      return await countChunk(scope, query, range, query.where, found).catch((error: unknown) => {
        if (!doesNotConvert(error)) throw error;
        return countChunk(scope, query, range, query.safeWhere, found);
      });
    } catch (error) {
      // Values that lie apart (TOAST) make a block a multiple of its size: then less at a time, from here on too.
      const length = Math.min(end, blocks) - start;
      if (sqlStateOf(error) !== '57014' || length <= 1) throw error;
      chunk = Math.min(chunk, Math.ceil(length / SMALLER));
      return readFrom(start, end, found);
    }
  };
  const readFrom = async (start: number, end: number, found: Count): Promise<Count> => {
    let count = found;
    for (let from = start; from < end; ) {
      // Beyond the blocks that there are nothing is divided.
      const to = from + chunk < Math.min(end, blocks) ? from + chunk : end;
      count = await readChunk(from, to, count);
      from = to;
    }
    return count;
  };
  const read = async (found: Count): Promise<Count> => {
    let count = found;
    while (next < blocks) {
      const start = next;
      next += chunk;
      count = await readChunk(start, next, count);
      if (next >= blocks) blocks = await blocksOf(scope, query.table);
    }
    return count;
  };
  const reading = Array.from({ length: READERS }, (_, reader) =>
    read(reader === 0 ? before : { rows: 0, samples: [] }).catch((error: unknown) => {
      // Nobody waits for the others' answers any more.
      next = Number.POSITIVE_INFINITY;
      throw error;
    }),
  );
  const counts = await Promise.all(reading);
  return {
    rows: counts.reduce((sum, { rows }) => sum + rows, 0),
    samples: counts.flatMap(({ samples }) => samples).slice(0, SAMPLES),
  };
}

/** How many rows of one table, without its partitions, fulfil a condition on `t`; read chunk by chunk. */
export async function countOf(scope: CheckScope, table: RelationName, where: string): Promise<number> {
  const query = { table, key: [], where, safeWhere: where, show: [] };
  return (await countIn(scope, query, { rows: 0, samples: [] })).rows;
}

/** The same over the table, or over each of its partitions that hold rows. */
async function countWhere(scope: CheckScope, query: CountQuery): Promise<Count> {
  const name = quoteName(query.table);
  const leaves = await scope.target.sql<RelationName[]>`
    SELECT n.nspname AS schema, c.relname AS name FROM pg_partition_tree(${name}::regclass) p JOIN pg_class c ON c.oid = p.relid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE p.isleaf AND c.oid <> ${name}::regclass ORDER BY c.oid`;
  let count: Count = { rows: 0, samples: [] };
  for (const table of leaves.length === 0 ? [query.table] : leaves)
    count = await countIn(scope, { ...query, table }, count);
  return count;
}

const plural = (rows: number) => `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;

/** The checks that look at rows. */
export async function countRows(scope: CheckScope, work: RowWork): Promise<Finding> {
  if (work.kind === 'mismatches') {
    // Taken before the rows are read: what happens meanwhile makes it differ.
    const proof = await syncProof(scope, work);
    if (proof !== null && work.mayBeRecent === true) {
      const recent = await recentPass(scope, proof);
      if (recent !== null) return recent;
    }
    const found = await countWhere(scope, work);
    if (found.rows === 0) return { outcome: 'pass', summary: '0 rows disagree.', proof };
    return {
      outcome: 'fail',
      summary: `${plural(found.rows)} ${found.rows === 1 ? 'disagrees' : 'disagree'}.`,
      evidence: found.samples,
    };
  }
  if (work.kind === 'violations') {
    const found = await countWhere(scope, { ...work, safeWhere: work.where });
    if (found.rows === 0) return { outcome: 'pass', summary: '0 rows are in the way.' };
    return {
      outcome: 'fail',
      summary: `${plural(found.rows)} ${found.rows === 1 ? 'is' : 'are'} in the way.`,
      evidence: found.samples,
    };
  }
  if (work.kind === 'null_rows') {
    const where = `t.${quoteIdent(work.column)} IS NULL`;
    const found = await countWhere(scope, { ...work, where, safeWhere: where, show: [work.column] });
    if (found.rows === 0) return { outcome: 'pass', summary: '0 rows are NULL.' };
    return { outcome: 'fail', summary: `${plural(found.rows)} are NULL.`, evidence: found.samples };
  }
  const lost = await countWhere(scope, { ...work, safeWhere: work.where, show: [work.column] });
  if (lost.rows === 0) return { outcome: 'pass', summary: 'Every row survives the way there and back.' };
  const failed = await countWhere(scope, {
    ...work,
    where: work.failed,
    safeWhere: work.failed,
    show: [work.column],
  });
  const changed = lost.rows - failed.rows;
  const parts = [
    ...(failed.rows > 0
      ? [`${plural(failed.rows)} ${failed.rows === 1 ? 'holds' : 'hold'} a value that does not convert.`]
      : []),
    ...(changed > 0 ? [`${plural(changed)} would read differently after the way there and back.`] : []),
  ];
  return {
    outcome: 'inconclusive',
    summary: `${parts.join(' ')} They stay as they are until the old column is deleted.`,
    evidence: [...failed.samples, ...lost.samples].slice(0, SAMPLES),
  };
}
