import { SegueError } from '@/lib/core/errors';
import { keyOperator } from '@/lib/core/key-operator';
import type { BackfillWork } from '@/lib/core/plan';
import type { RowsUpdate } from '@/lib/core/rows-update';
import { quoteIdent, quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import { keyWalk } from './key-walk';
import { untilNone } from './tried-again';

/** Rows of a batch. */
const ROWS = 2000;

const keys = (work: BackfillWork, prefix = ''): string => work.key.map((_, n) => `${prefix}k${n}`).join(', ');

const sameRow = (work: BackfillWork): string =>
  work.key
    .map((column, n) => `t.${quoteIdent(column.name)} ${keyOperator(column, '=')} b.k${n}`)
    .join(' AND ');

/** Where the old values are kept. Throws `unsupported` for an UPDATE that keeps none. */
function requireKept({ table }: BackfillWork, rows: RowsUpdate): RelationName {
  if (rows.kept !== null) return rows.kept;
  const label = `${table.schema}.${table.name}`;
  throw new SegueError(
    'unsupported',
    `The UPDATE of "${label}" keeps no old values: as plain SQL it could not be interrupted and run again.`,
    { object: label, next: 'Take this operation out, and let segue advance do it.' },
  );
}

/** Values that were computed before the first row was changed; rows that code has changed since are left alone. */
function computedBlock(work: BackfillWork, rows: RowsUpdate, kept: string): string {
  const table = quoteName(work.table);
  const order = work.key.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
  const held = [keys(work, 'b.'), ...rows.columns.map((name, n) => `t.${quoteIdent(name)} AS n${n}`)].join(
    ', ',
  );
  return keyWalk(
    work,
    (
      within,
    ) => `WITH found AS MATERIALIZED (SELECT b.* FROM ${table} AS t JOIN ${kept} AS b ON ${sameRow(work)} WHERE ${within('t')} AND NOT b.done AND ${rows.unchanged.join(' AND ')}
          ORDER BY ${order} FOR NO KEY UPDATE OF t),
        changed AS (UPDATE ${table} AS t SET ${rows.columns.map((name, n) => `${quoteIdent(name)} = b.n${n}`).join(', ')} FROM found b WHERE ${sameRow(work)} RETURNING ${held})
        UPDATE ${kept} AS b SET done = true, ${rows.columns.map((_, n) => `n${n} = c.n${n}`).join(', ')} FROM changed c WHERE ${work.key.map((_, n) => `b.k${n} = c.k${n}`).join(' AND ')};`,
  );
}

/** The rows of an UPDATE, batch by batch, each once; what they held is kept beside. May be stopped and run again. */
export function rowsBlock(work: BackfillWork, rows: RowsUpdate): string {
  const kept = quoteName(requireKept(work, rows));
  if (rows.computed) return computedBlock(work, rows, kept);
  const alias = quoteIdent(rows.alias);
  const own = work.key.map(({ name }) => `${alias}.${quoteIdent(name)}`);
  const { columns } = rows;
  const found = [
    ...own.map((name, n) => `${name} AS k${n}`),
    ...columns.map((name, n) => `${alias}.${quoteIdent(name)} AS o${n}`),
    ...rows.values.map((value, n) => `(${value}\n) AS n${n}`),
  ].join(', ');
  const names = [keys(work), ...columns.map((_, n) => `o${n}`), ...columns.map((_, n) => `n${n}`)].join(', ');
  const held = [
    keys(work, 'b.'),
    ...columns.map((_, n) => `b.o${n}`),
    ...columns.map((name, n) => `t.${quoteIdent(name)} AS n${n}`),
  ].join(', ');
  const from = `${quoteName(work.table)} AS ${alias}${rows.from === null ? '' : `, ${rows.from}`}`;
  const where = [
    ...(rows.where === null ? [] : [`(${rows.where}\n)`]),
    `NOT EXISTS (SELECT FROM ${kept} AS segue_kept WHERE ${own.map((name, n) => `segue_kept.k${n} = ${name}`).join(' AND ')})`,
  ].join(' AND ');
  const batch = `SELECT ${found} FROM ${from}\n WHERE ${where} ORDER BY ${own.join(', ')} LIMIT ${ROWS} FOR NO KEY UPDATE OF ${alias}`;
  // Several rows of FROM may give one row the same: a check before has seen that they do.
  const once = rows.from === null ? batch : `SELECT DISTINCT ON (${keys(work)}) * FROM (${batch}) each`;
  return loop(`WITH found AS MATERIALIZED (${once}),
        changed AS (UPDATE ${quoteName(work.table)} AS t SET ${columns.map((name, n) => `${quoteIdent(name)} = b.n${n}`).join(', ')} FROM found b WHERE ${sameRow(work)} RETURNING ${held})
        INSERT INTO ${kept} (${names}) SELECT ${names} FROM changed;`);
}

/** The way back: each row that still holds what it was given gets its old value; others are left alone, or changed as the author said, and recorded. */
export function rowsBackBlock(work: BackfillWork, rows: RowsUpdate, transition: string): string {
  const kept = quoteName(requireKept(work, rows));
  const table = quoteName(work.table);
  const untouched = rows.untouched.join(' AND ');
  const given = rows.columns.map((name, n) => `${quoteIdent(name)} = b.o${n}`).join(', ');
  const object = (of: (name: string, n: number) => string) =>
    `pg_catalog.jsonb_build_object(${rows.columns.map((name, n) => `${quoteLiteral(name)}, ${of(name, n)}`).join(', ')})::text`;
  const key = `pg_catalog.jsonb_build_object(${work.key.map(({ name }, n) => `${quoteLiteral(name)}, b.k${n}`).join(', ')})`;
  const others =
    rows.down === null
      ? ''
      : `other AS (UPDATE ${table} AS t SET ${rows.down.join(', ')} FROM b WHERE ${sameRow(work)} AND NOT (${untouched}) RETURNING 1),\n        `;
  const sameKept = work.key.map((_, n) => `x.k${n} = b.k${n}`).join(' AND ');
  // What was computed stays, for a file that is run again; it goes with the files behind this one.
  const forget = rows.computed
    ? `UPDATE ${kept} AS x SET done = false FROM b WHERE ${sameKept}`
    : `DELETE FROM ${kept} AS x USING b WHERE ${sameKept}`;
  return loop(`WITH b AS MATERIALIZED (SELECT * FROM ${kept} WHERE done ORDER BY ${keys(work)} LIMIT ${ROWS}),
        back AS (UPDATE ${table} AS t SET ${given} FROM b WHERE ${sameRow(work)} AND ${untouched} RETURNING 1),
        ${others}left_alone AS (INSERT INTO segue.conflicts (transition, operation, key, kept, lost)
          SELECT ${quoteLiteral(transition)}, ${work.operation}, ${key}, ${object((name) => `t.${quoteIdent(name)}`)}, ${object((_, n) => `b.o${n}`)}
          FROM ${table} AS t JOIN b ON ${sameRow(work)} WHERE NOT (${untouched}) RETURNING 1)
        ${forget};`);
}

const loop = (statement: string): string =>
  untilNone(`${statement}\n        GET DIAGNOSTICS segue_changed = ROW_COUNT;`, { spareSync: false });
