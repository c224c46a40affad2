import { createHash } from 'node:crypto';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { type NodeOf, nodesOf } from '@/lib/sql/ast';
import { clausesOf } from '@/lib/sql/clauses';
import { labelOf, type MemoryTable } from '../../memory-catalog/memory';
import { withSchemas } from '../names-in';
import { asOperation, type Outcome, refused } from '../part';
import { relationIn, type StatementContext, tableBefore } from '../statement-context';
import { free, freeAsking } from './free';

const unknownTable = (label: string): Outcome =>
  refused(
    'unknown-table',
    `Nothing is known of a table ${label}.`,
    'Give the migrations before this one (--after) or the database (--database).',
  );

const UPDATE_WORDS = ['WITH', 'UPDATE', 'SET', 'FROM', 'WHERE', 'RETURNING'] as const;

/** FROM with the queries of WITH in it, so that the UPDATE stands for itself; null: they are read elsewhere too, or write. */
function withInside(queries: string, statement: NodeOf<'UpdateStmt'>): string | null {
  const names = nodesOf(statement.withClause?.ctes, 'CommonTableExpr').map(({ ctename = '' }) => ctename);
  const ranges = nodesOf(statement.fromClause, 'RangeVar');
  const elsewhere = JSON.stringify([statement.targetList, statement.whereClause]);
  const own = ranges.every(
    ({ schemaname, relname = '' }) => schemaname === undefined && names.includes(relname),
  );
  const writes = /"(Insert|Update|Delete|Merge)Stmt"/.test(JSON.stringify(statement.withClause));
  if (!own || ranges.length !== (statement.fromClause ?? []).length || writes) return null;
  if (names.some((name) => elsewhere.includes(`"relname":"${name}"`))) return null;
  return ranges
    .map(({ relname = '', alias }) => {
      const query = `(WITH ${queries} SELECT * FROM ${quoteIdent(relname)})`;
      return `${query} AS ${quoteIdent(alias?.aliasname ?? relname)}`;
    })
    .join(', ');
}

/** UPDATE: batches, each row once. */
export function readUpdate(context: StatementContext, statement: NodeOf<'UpdateStmt'>): Outcome[] {
  const table = relationIn(context, statement.relation);
  const label = labelOf(table);
  if (tableBefore(context, table) === undefined) return [unknownTable(label)];
  const sql = withSchemas(context.before, context.text);
  if (context.created.has(label)) return [{ kind: 'extends', table, sql }];
  const { WITH: before, SET: set = '', FROM: read, WHERE: where } = clausesOf(sql, UPDATE_WORDS);
  const from = before === undefined ? read : withInside(before, statement);
  if (statement.returningClause !== undefined || from === null)
    return [
      refused(
        'update-shape',
        `The UPDATE of ${label} has a RETURNING, or a WITH that more than its FROM reads.`,
        'Put the WITH into FROM: FROM (WITH … SELECT …) AS found.',
      ),
    ];
  return [
    asOperation({
      kind: 'update_rows',
      table,
      as: statement.relation?.alias?.aliasname,
      set,
      from,
      where,
      down: undefined,
      keep: true,
    }),
  ];
}

/** INSERT runs as it stands, after the updates before it; the way back takes out what it put in, as far as code left it so. */
export function readInsert(context: StatementContext, statement: NodeOf<'InsertStmt'>): Outcome[] {
  const table = relationIn(context, statement.relation);
  const label = labelOf(table);
  const known = tableBefore(context, table);
  if (known === undefined) return [unknownTable(label)];
  if (context.created.has(label) && isPlainValues(statement.selectStmt))
    return [{ kind: 'extends', table, sql: withSchemas(context.before, context.text) }];
  const key = keyOf(known);
  const sets = setBy(statement);
  // By their key rows are found again; a partitioned table does not tell what became of one.
  const blurred = known.kind === 'partitioned table' || sets.some((name) => key?.includes(name));
  if (key === null || statement.returningClause !== undefined || (sets.length > 0 && blurred))
    return [
      freeAsking(
        context,
        { up: context.text, phase: 'dual_write', tables: [table] },
        `rows:${label}`,
        `This adds rows to ${label}: how is that undone?`,
      ),
    ];
  const written = known.columns.filter(({ generated }) => generated === null);
  const columns = written.map(({ name }) => quoteIdent(name));
  const changed = written.filter(({ name }) => sets.includes(name));
  const cells = written.map(({ name, type }) => `${quoteIdent(name)} ${type}`);
  const added = keptName(context, 'added');
  const list = columns.join(', ');
  const row = quoteIdent(statement.relation?.alias?.aliasname ?? statement.relation?.relname ?? table.name);
  const image = (of: string, names: readonly string[]) =>
    `ROW(${names.map((column) => `${of}.${column}`).join(', ')})`;
  const same = (one: string, other: string) =>
    key.map((name) => `${one}.${quoteIdent(name)} = ${other}.${quoteIdent(name)}`).join(' AND ');
  const unchanged = (names: readonly string[]) =>
    `pg_catalog.record_image_eq(${image('t', names)}, ${image('a', names)})`;
  const insert = `WITH added AS (${context.text}\nRETURNING ${columns.map((column) => `${row}.${column}`).join(', ')}`;
  const phase = 'dual_write' as const;
  const last = free(context, { phase: 'purge', up: `DROP TABLE IF EXISTS ${added}`, down: null });
  const drop = `DROP TABLE ${added}`;
  if (changed.length === 0)
    return [
      free(context, {
        phase,
        tables: [table],
        up: [
          `CREATE TABLE ${added} (${cells.join(', ')})`,
          `${insert}) INSERT INTO ${added} (${list}) SELECT ${list} FROM added`,
        ].join(';\n'),
        down: [
          `DELETE FROM ${quoteName(table)} AS t USING ${added} AS a WHERE ${same('t', 'a')} AND ${unchanged(columns)}`,
          drop,
        ].join(';\n'),
      }),
      last,
    ];
  // The statement sees the rows as they were before it. Of one that somebody changed or added between that look and its own write it
  // knows no old values: the version that it saw was then not the one that it replaced.
  const was = `CASE WHEN o.${quoteIdent(key[0] ?? '')} IS NULL THEN CASE WHEN n.segue_xmax = '0' THEN false END WHEN o.segue_xmax = n.segue_xmin THEN true END`;
  const olds = changed.map(({ type }, at) => `segue_old_${at} ${type}`);
  const old = changed.map(({ name }, at) => `${quoteIdent(name)} = a.segue_old_${at}`);
  const names = changed.map(({ name }) => quoteIdent(name));
  return [
    free(context, {
      phase,
      tables: [table],
      up: [
        `CREATE TABLE ${added} (${[...cells, 'segue_was boolean', ...olds].join(', ')}, CONSTRAINT "other code wrote the row at the same moment: run it again" CHECK (segue_was IS NOT NULL))`,
        `${insert}, ${row}.xmin AS segue_xmin, ${row}.xmax AS segue_xmax) INSERT INTO ${added} SELECT ${[
          ...columns.map((column) => `n.${column}`),
          was,
          ...names.map((name) => `o.${name}`),
        ].join(
          ', ',
        )} FROM added AS n LEFT JOIN LATERAL (SELECT p.*, p.xmax AS segue_xmax FROM ${quoteName(table)} AS p WHERE ${same('p', 'n')} OFFSET 0) AS o ON true`,
      ].join(';\n'),
      down: [
        `DELETE FROM ${quoteName(table)} AS t USING ${added} AS a WHERE NOT a.segue_was AND ${same('t', 'a')} AND ${unchanged(columns)}`,
        `UPDATE ${quoteName(table)} AS t SET ${old.join(', ')} FROM ${added} AS a WHERE a.segue_was AND ${same('t', 'a')} AND ${unchanged(names)}`,
        drop,
      ].join(';\n'),
    }),
    last,
  ];
}

/** Columns that ON CONFLICT DO UPDATE sets in rows that are there. */
function setBy({ onConflictClause: conflict }: NodeOf<'InsertStmt'>): string[] {
  if (conflict?.action !== 'ONCONFLICT_UPDATE') return [];
  return nodesOf(conflict.targetList, 'ResTarget').flatMap(({ name }) => name ?? []);
}

/** A table in schema segue for what a statement concerns; the statement's own text tells several apart. */
const keptName = (context: StatementContext, what: string): string =>
  `segue.${quoteIdent(`${what}_${createHash('sha256').update(`${context.name} ${context.text}`).digest('hex').slice(0, 12)}`)}`;

/** The columns by which rows are found again; null: there are none. */
function keyOf({ indexes, columns }: MemoryTable): readonly string[] | null {
  const unique = indexes.filter(
    (index) =>
      index.primary ||
      (index.unique &&
        index.predicate === null &&
        index.columns.every(({ name }) => columns.some((column) => column.name === name && column.notNull))),
  );
  const key = unique.find(({ primary }) => primary) ?? unique[0];
  return key === undefined ? null : key.columns.flatMap(({ name }) => name ?? []);
}

const isPlainValues = (select: unknown): boolean =>
  typeof select === 'object' &&
  select !== null &&
  JSON.stringify(select).includes('"valuesLists"') &&
  !JSON.stringify(select).includes('"RangeVar"');

const DELETE_WORDS = ['DELETE', 'USING', 'WHERE', 'RETURNING'] as const;

/** Whether rows of the table, and those that go with them, can be taken and brought back in batches. */
function goesInBatches(context: StatementContext, table: MemoryTable): boolean {
  const { tables } = context.before;
  const visit = (each: MemoryTable, above: readonly MemoryTable[]): boolean =>
    keyOf(each) !== null &&
    [...tables.values()].every((child) => {
      const keys = child.foreignKeys.filter((key) => labelOf(key.references) === labelOf(each));
      if (keys.some(({ onDelete }) => /^set/i.test(onDelete))) return false;
      if (keys.length > 0 && (child === each || above.includes(child))) return false;
      return keys.every(({ onDelete }) => !/^cascade$/i.test(onDelete) || visit(child, [...above, each]));
    });
  return visit(table, []);
}

/** DELETE in batches: what goes is kept until the end. Where that cannot be, the author says how the rows come back. */
export function readDelete(context: StatementContext, statement: NodeOf<'DeleteStmt'>): Outcome[] {
  const table = relationIn(context, statement.relation);
  const label = labelOf(table);
  const known = tableBefore(context, table);
  if (known === undefined) return [unknownTable(label)];
  const sql = withSchemas(context.before, context.text);
  if (context.created.has(label)) return [{ kind: 'extends', table, sql }];
  const plain = statement.returningClause === undefined && statement.withClause === undefined;
  if (!plain || !goesInBatches(context, known))
    return [
      freeAsking(
        context,
        { up: context.text, phase: 'dual_write', tables: [table] },
        `rows:${label}`,
        `This deletes rows of ${label}: how is that undone?`,
      ),
    ];
  const { USING: using, WHERE: where } = clausesOf(sql, DELETE_WORDS);
  return [
    asOperation({
      kind: 'delete_rows',
      table,
      as: statement.relation?.alias?.aliasname,
      where:
        using === undefined
          ? where
          : `EXISTS (SELECT FROM ${using}${where === undefined ? '' : ` WHERE ${where}`})`,
    }),
  ];
}

/** TRUNCATE of one table, which a foreign key to it would have PostgreSQL refuse, as the DELETE of all its rows. */
export function readTruncate(context: StatementContext, statement: NodeOf<'TruncateStmt'>): Outcome[] {
  const tables = nodesOf(statement.relations, 'RangeVar').map((range) => relationIn(context, range));
  const [first] = tables;
  const known = first === undefined ? undefined : tableBefore(context, first);
  if (first !== undefined && tables.length === 1 && context.created.has(labelOf(first)))
    return [{ kind: 'extends', table: first, sql: withSchemas(context.before, context.text) }];
  if (
    first !== undefined &&
    known !== undefined &&
    tables.length === 1 &&
    statement.restart_seqs !== true &&
    statement.behavior !== 'DROP_CASCADE' &&
    goesInBatches(context, known)
  )
    return [asOperation({ kind: 'delete_rows', table: first, as: undefined, where: undefined })];
  const labels = tables.map(labelOf).join(', ');
  return [
    freeAsking(
      context,
      { up: context.text, phase: 'dual_write', tables },
      `rows:${labels}`,
      `This deletes all rows of ${labels}: how is that undone?`,
    ),
  ];
}
