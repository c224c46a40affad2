import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { Answers } from '../from-sql/migration-reading';
import { conversionOf, plainExpression } from './conversion';
import { indexSql } from './indexes';
import {
  PGROLL_BODIES,
  PGROLL_KINDS,
  type PgrollBody,
  type PgrollColumn,
  type PgrollConstraint,
  type PgrollKind,
  type PgrollReference,
  pgrollFileSchema,
} from './pgroll-file';
import { pgrollTable } from './pgroll-part';
import { constraintDefinition, tableDefinition } from './table-definition';

type Writers = { readonly [K in PgrollKind]: (body: PgrollBody<K>, answers: Answers) => readonly string[] };

const named = (table: string): string => quoteName(pgrollTable(table));
const alter = (table: string): string => `ALTER TABLE ${named(table)}`;

const comment = (on: string, text: string | null | undefined): string[] =>
  text === undefined || text === ''
    ? []
    : [`COMMENT ON ${on} IS ${text === null ? 'NULL' : quoteLiteral(text)}`];

const columnComment = (table: string, column: string, text: string | null | undefined): string[] =>
  comment(`COLUMN ${named(table)}.${quoteIdent(column)}`, text);

const addConstraint = (table: string, constraint: PgrollConstraint): string =>
  `${alter(table)} ADD CONSTRAINT ${quoteIdent(constraint.name)} ${constraintDefinition(constraint)}`;

/** What one column asks for, as constraints of its table. */
function ofColumn(
  table: string,
  column: string,
  {
    check,
    unique,
    references,
  }: Pick<PgrollColumn, 'check'> & {
    readonly unique?: { readonly name: string } | undefined;
    readonly references?: PgrollReference | undefined;
  },
): string[] {
  const constraints: PgrollConstraint[] = [];
  if (check !== undefined)
    constraints.push({
      name: check.name,
      type: 'check',
      check: check.constraint,
      no_inherit: check.no_inherit,
    });
  if (unique !== undefined) constraints.push({ name: unique.name, type: 'unique', columns: [column] });
  if (references !== undefined) {
    const { name, table: to, column: key, deferrable, initially_deferred, ...actions } = references;
    constraints.push({
      name,
      type: 'foreign_key',
      columns: [column],
      deferrable,
      initially_deferred,
      references: { table: to, columns: [key], ...actions },
    });
  }
  return constraints.map((constraint) => addConstraint(table, constraint));
}

function addColumn({ table, column, up }: PgrollBody<'add_column'>, answers: Answers): string[] {
  const name = quoteIdent(column.name);
  const value = up?.trim() ? up : answers[`value:public.${table}.${column.name}`];
  const fallback = column.default === undefined ? '' : ` DEFAULT ${column.default}`;
  return [
    `${alter(table)} ADD COLUMN ${name} ${column.type}${fallback}`,
    ...(value === undefined ? [] : [`UPDATE ${named(table)} SET ${name} = ${plainExpression(value)}`]),
    ...(column.nullable === true ? [] : [`${alter(table)} ALTER COLUMN ${name} SET NOT NULL`]),
    ...(column.unique === true ? [`${alter(table)} ADD UNIQUE (${name})`] : []),
    ...ofColumn(table, column.name, { check: column.check, references: column.references }),
    ...columnComment(table, column.name, column.comment),
  ];
}

/** pgroll fills a second column with `up` of every row, and puts it in the place of the first. The old name is that of all expressions. */
function alterColumn(body: PgrollBody<'alter_column'>, answers: Answers): string[] {
  const { table, column, type, nullable, default: fallback, name } = body;
  const on = `${alter(table)} ALTER COLUMN ${quoteIdent(column)}`;
  const up = conversionOf(body.up, column);
  const filled = answers[`value:public.${table}.${name ?? column}`];
  const own = quoteIdent(column);
  return [
    ...(type === undefined
      ? up.kind === 'same'
        ? []
        : [`UPDATE ${named(table)} SET ${own} = ${up.sql}`]
      : [`${on} TYPE ${type} USING ${up.kind === 'same' ? `${own}::${type}` : up.sql}`]),
    ...(nullable === false && up.kind === 'same' && filled !== undefined
      ? [`UPDATE ${named(table)} SET ${own} = ${filled} WHERE ${own} IS NULL`]
      : []),
    ...(fallback === undefined
      ? []
      : [`${on} ${fallback === null ? 'DROP DEFAULT' : `SET DEFAULT ${fallback}`}`]),
    ...(nullable === undefined ? [] : [`${on} ${nullable ? 'DROP' : 'SET'} NOT NULL`]),
    ...ofColumn(table, column, body),
    ...columnComment(table, column, body.comment),
    ...(name === undefined || name === column
      ? []
      : [`${alter(table)} RENAME COLUMN ${own} TO ${quoteIdent(name)}`]),
  ];
}

const dropConstraint = ({ table, name }: { readonly table: string; readonly name: string }): string[] => [
  `${alter(table)} DROP CONSTRAINT ${quoteIdent(name)}`,
];

/** An `up` of constraints never changes values here: Segue refuses those that do. */
const WRITERS: Writers = {
  create_table: (body) => [
    `CREATE TABLE ${named(body.name)} (${tableDefinition(body)})`,
    ...comment(`TABLE ${named(body.name)}`, body.comment),
    ...body.columns.flatMap((column) => columnComment(body.name, column.name, column.comment)),
  ],
  add_column: addColumn,
  alter_column: alterColumn,
  drop_column: ({ table, column }) => [`${alter(table)} DROP COLUMN ${quoteIdent(column)}`],
  rename_column: ({ table, from, to }) => [
    `${alter(table)} RENAME COLUMN ${quoteIdent(from)} TO ${quoteIdent(to)}`,
  ],
  rename_table: ({ from, to }) => [`${alter(from)} RENAME TO ${quoteIdent(to)}`],
  drop_table: ({ name }) => [`DROP TABLE ${named(name)}`],
  create_index: (body) => [indexSql(body, '')],
  drop_index: ({ name }) => [`DROP INDEX ${named(name)}`],
  create_constraint: ({ table, up: _up, down: _down, ...constraint }) => [addConstraint(table, constraint)],
  drop_constraint: dropConstraint,
  drop_multicolumn_constraint: dropConstraint,
  rename_constraint: ({ table, from, to }) => [
    `${alter(table)} RENAME CONSTRAINT ${quoteIdent(from)} TO ${quoteIdent(to)}`,
  ],
  set_replica_identity: ({ table, identity: { type, index } }) => [
    `${alter(table)} REPLICA IDENTITY ${type === 'index' ? `USING INDEX ${quoteIdent(index ?? '')}` : type.toUpperCase()}`,
  ],
  sql: ({ up }) => [up.trim().replace(/;$/, '')],
};

function statementsOf(entry: Readonly<Record<string, unknown>>, answers: Answers) {
  const [kind] = Object.keys(entry);
  const known = PGROLL_KINDS.find((each) => each === kind);
  const write = <K extends PgrollKind>(of: K) => {
    const body = PGROLL_BODIES[of].parse(entry[of]) as PgrollBody<K>;
    return { last: 'onComplete' in body && body.onComplete === true, sql: WRITERS[of](body, answers) };
  };
  return known === undefined ? { last: false, sql: [] } : write(known);
}

/**
 * What pgroll leaves of the schema and the rows once a migration is started and completed, as SQL: after its documentation of each operation, not
 * after what Segue makes of them. `answers` stand in where pgroll would ask for `up`. Left out: its version schemas, and names that begin with
 * `_pgroll_`. For a file that `pgrollReading` has taken; throws for any other.
 */
export function pgrollEndSql(file: unknown, answers: Answers): string {
  const written = pgrollFileSchema.parse(file).operations.map((entry) => statementsOf(entry, answers));
  return [...written.filter(({ last }) => !last), ...written.filter(({ last }) => last)]
    .flatMap(({ sql }) => sql)
    .map((statement) => `${statement};\n`)
    .join('');
}
