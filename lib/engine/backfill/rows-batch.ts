import type postgres from 'postgres';
import { SegueError } from '@/lib/core/errors';
import { keyOperator } from '@/lib/core/key-operator';
import type { BackfillWork } from '@/lib/core/plan';
import { type RowsUpdate, severalValues } from '@/lib/core/rows-update';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { keyRange } from './key-range';

/** A stretch of keys, as {@link keyRange} takes it. */
export interface Stretch {
  readonly relation: string;
  readonly after: readonly string[] | null;
  readonly upTo: readonly string[] | null;
}

/** `t` and the kept or found row `b` are the same row. */
export const sameKey = ({ key }: Pick<BackfillWork, 'key'>): string =>
  key.map((column, at) => `t.${quoteIdent(column.name)} ${keyOperator(column, '=')} b.k${at}`).join(' AND ');

/** Two rows that keep values of one row. */
export const sameKept = ({ key }: Pick<BackfillWork, 'key'>, one: string, other: string): string =>
  key.map((column, at) => `${one}.k${at} ${keyOperator(column, '=')} ${other}.k${at}`).join(' AND ');

const list = (count: number, item: (at: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => item(at));

/**
 * The rows of one batch, within the batch's transaction: locked in the order of the key, then changed, and what they held
 * kept beside. A row that is kept already was done before. Returns how many it changed. Throws where several rows match one.
 */
export async function updateRows(
  tx: postgres.TransactionSql,
  work: BackfillWork,
  rows: RowsUpdate,
  stretch: Stretch,
): Promise<number> {
  return rows.computed && rows.kept !== null
    ? applyComputed(tx, work, rows, quoteName(rows.kept), stretch)
    : updateFound(tx, work, rows, stretch);
}

async function updateFound(
  tx: postgres.TransactionSql,
  work: BackfillWork,
  rows: RowsUpdate,
  { relation, after, upTo }: Stretch,
): Promise<number> {
  const { key } = work;
  const alias = quoteIdent(rows.alias);
  const at = keyRange(key, after, upTo, alias);
  const keys = key.map(({ name }) => `${alias}.${quoteIdent(name)}`);
  const kept = rows.kept === null ? null : quoteName(rows.kept);
  const from = rows.from === null ? '' : `, ${rows.from}\n`;
  const where = [
    at.condition,
    ...(rows.where === null ? [] : [`(${rows.where}\n)`]),
    ...(kept === null
      ? []
      : [
          `NOT EXISTS (SELECT FROM ${kept} AS segue_kept WHERE ${key.map((column, n) => `segue_kept.k${n} ${keyOperator(column, '=')} ${keys[n]}`).join(' AND ')})`,
        ]),
  ].join(' AND ');
  const source = `FROM ${relation} AS ${alias}${from} WHERE ${where}`;
  await tx.unsafe(
    `SELECT count(*) FROM (SELECT ${source} ORDER BY ${keys.join(', ')} FOR NO KEY UPDATE OF ${alias}) locked`,
    at.values,
  );
  if (rows.from !== null) await refuseSeveral(tx, work, { source, keys, values: rows.values }, at.values);
  const { columns } = rows;
  const found = [
    ...keys.map((name, n) => `${name} AS k${n}`),
    ...columns.map((name, n) => `${alias}.${quoteIdent(name)} AS o${n}`),
    ...rows.values.map((value, n) => `(${value}\n) AS n${n}`),
  ].join(', ');
  const update = `UPDATE ${relation} AS t SET ${columns.map((name, n) => `${quoteIdent(name)} = b.n${n}`).join(', ')} FROM found b WHERE ${sameKey(work)}`;
  const head = `WITH found AS MATERIALIZED (SELECT ${found} ${source})`;
  if (kept === null) return (await tx.unsafe(`${head} ${update}`, at.values)).count;
  const names = [
    ...list(key.length, (n) => `k${n}`),
    ...list(columns.length, (n) => `o${n}`),
    ...list(columns.length, (n) => `n${n}`),
  ];
  // What the row holds in the end, its own triggers included.
  const held = [
    ...list(key.length, (n) => `b.k${n}`),
    ...list(columns.length, (n) => `b.o${n}`),
    ...columns.map((name, n) => `t.${quoteIdent(name)} AS n${n}`),
  ];
  const done = await tx.unsafe(
    `${head}, changed AS (${update} RETURNING ${held.join(', ')}) INSERT INTO ${kept} (${names.join(', ')}) SELECT ${names.join(', ')} FROM changed`,
    at.values,
  );
  return done.count;
}

/** PostgreSQL would take any of several values for a row: nobody could say which. Where all are the same it is certain. */
async function refuseSeveral(
  tx: postgres.TransactionSql,
  work: BackfillWork,
  found: { readonly source: string; readonly keys: readonly string[]; readonly values: readonly string[] },
  values: string[],
): Promise<void> {
  const { source, keys } = found;
  const named = work.key.map(({ name }, n) => `${quoteLiteral(name)}, ${keys[n]}`).join(', ');
  const [first] = await tx.unsafe<{ key: Record<string, unknown>; found: number }[]>(
    `SELECT jsonb_build_object(${named}) AS key, count(*)::integer AS found ${source} GROUP BY ${keys.join(', ')} HAVING ${severalValues(found.values)} LIMIT 1`,
    values,
  );
  if (first === undefined) return;
  const label = `${work.table.schema}.${work.table.name}`;
  throw new SegueError(
    'step_failed',
    `${first.found} rows match one row of "${label}" and they give different values, so its new value is not certain.`,
    {
      object: label,
      next: 'Roll back, and let FROM give one row for each: SELECT DISTINCT ON (…), or an aggregate.',
      evidence: { key: first.key },
    },
  );
}

/** Values that were computed before the first row was changed; rows that code has changed since are left alone. */
async function applyComputed(
  tx: postgres.TransactionSql,
  work: BackfillWork,
  rows: RowsUpdate,
  kept: string,
  { relation, after, upTo }: Stretch,
): Promise<number> {
  const at = keyRange(work.key, after, upTo, 't');
  const waiting = `FROM ${relation} AS t JOIN ${kept} AS b ON ${sameKey(work)} WHERE ${at.condition} AND NOT b.done AND ${rows.unchanged.join(' AND ')}`;
  const order = work.key.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
  await tx.unsafe(
    `SELECT count(*) FROM (SELECT ${waiting} ORDER BY ${order} FOR NO KEY UPDATE OF t) locked`,
    at.values,
  );
  const keys = list(work.key.length, (n) => `k${n}`);
  const held = rows.columns.map((name, n) => `t.${quoteIdent(name)} AS n${n}`);
  const done = await tx.unsafe(
    `WITH found AS MATERIALIZED (SELECT b.* ${waiting}),
     changed AS (UPDATE ${relation} AS t SET ${rows.columns.map((name, n) => `${quoteIdent(name)} = b.n${n}`).join(', ')} FROM found b WHERE ${sameKey(work)} RETURNING ${[...keys.map((name) => `b.${name}`), ...held].join(', ')})
     UPDATE ${kept} AS b SET done = true, ${rows.columns.map((_, n) => `n${n} = c.n${n}`).join(', ')} FROM changed c WHERE ${sameKept(work, 'b', 'c')}`,
    at.values,
  );
  return done.count;
}
