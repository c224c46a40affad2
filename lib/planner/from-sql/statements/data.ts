import { createHash } from 'node:crypto';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { type NodeOf, nodesOf } from '@/lib/sql/ast';
import { clausesOf } from '@/lib/sql/clauses';
import { labelOf } from '../../memory-catalog/memory';
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

/** INSERT runs as it stands, after the updates before it. */
export function readInsert(context: StatementContext, statement: NodeOf<'InsertStmt'>): Outcome[] {
  const table = relationIn(context, statement.relation);
  const label = labelOf(table);
  if (tableBefore(context, table) === undefined) return [unknownTable(label)];
  const isNew = context.created.has(label);
  if (isNew && isPlainValues(statement.selectStmt))
    return [{ kind: 'extends', table, sql: withSchemas(context.before, context.text) }];
  const run = { up: context.text, phase: 'dual_write' as const, tables: [table] };
  return isNew
    ? // Rows of a new table go with it.
      [free(context, { ...run, down: 'SELECT 1' })]
    : [freeAsking(context, run, `rows:${label}`, `This adds rows to ${label}: how is that undone?`)];
}

const isPlainValues = (select: unknown): boolean =>
  typeof select === 'object' &&
  select !== null &&
  JSON.stringify(select).includes('"valuesLists"') &&
  !JSON.stringify(select).includes('"RangeVar"');

/** DELETE keeps what it deletes until the end; where other rows would go too, the author says how they come back. */
export function readDelete(context: StatementContext, statement: NodeOf<'DeleteStmt'>): Outcome[] {
  const table = relationIn(context, statement.relation);
  const label = labelOf(table);
  const known = tableBefore(context, table);
  if (known === undefined) return [unknownTable(label)];
  if (context.created.has(label))
    return [{ kind: 'extends', table, sql: withSchemas(context.before, context.text) }];
  const cascades = [...context.before.tables.values()].some((other) =>
    other.foreignKeys.some(
      (key) => labelOf(key.references) === label && !/^(no action|restrict)$/i.test(key.onDelete),
    ),
  );
  const columns = known.columns
    .filter(({ generated }) => generated === null)
    .map(({ name }) => quoteIdent(name));
  if (
    cascades ||
    columns.length === 0 ||
    statement.returningClause !== undefined ||
    statement.withClause !== undefined
  )
    return [
      freeAsking(
        context,
        { up: context.text, phase: 'dual_write', tables: [table] },
        `rows:${label}`,
        `This deletes rows of ${label}${cascades ? ', and rows of other tables go or change with them' : ''}: how is that undone?`,
      ),
    ];
  const kept = `segue.${quoteIdent(`deleted_${createHash('sha256').update(`${context.name} ${context.text}`).digest('hex').slice(0, 12)}`)}`;
  const list = columns.join(', ');
  const alias = quoteIdent(statement.relation?.alias?.aliasname ?? statement.relation?.relname ?? table.name);
  const returning = columns.map((column) => `${alias}.${column}`).join(', ');
  return [
    free(context, {
      phase: 'dual_write',
      tables: [table],
      up: [
        `CREATE TABLE ${kept} AS SELECT ${list} FROM ${quoteName(table)} WITH NO DATA`,
        `WITH gone AS (${context.text} RETURNING ${returning}) INSERT INTO ${kept} (${list}) SELECT * FROM gone`,
      ].join(';\n'),
      down: [
        `INSERT INTO ${quoteName(table)} (${list}) OVERRIDING SYSTEM VALUE SELECT ${list} FROM ${kept} ON CONFLICT DO NOTHING`,
        `DROP TABLE ${kept}`,
      ].join(';\n'),
    }),
    free(context, { phase: 'purge', up: `DROP TABLE ${kept}`, down: null, tables: [table] }),
  ];
}
