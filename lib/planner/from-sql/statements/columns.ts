import type { RelationName } from '@/lib/core/sql-text';
import { type AlterTableCmd, nodeOf, nodesOf } from '@/lib/sql/ast';
import { labelOf } from '../../memory-catalog/memory';
import { typeText } from '../../memory-catalog/type-text';
import { expressionWithSchemas } from '../names-in';
import { askForValue, needRestore } from '../needs';
import { asOperation, nothing, type Outcome, refused } from '../part';
import { type StatementContext, tableBefore } from '../statement-context';

/** ADD COLUMN without its constraints beyond NOT NULL and DEFAULT, which are operations of their own. */
export function addColumn(context: StatementContext, table: RelationName, command: AlterTableCmd): Outcome {
  const definition = nodeOf(command.def, 'ColumnDef') ?? {};
  const column = definition.colname ?? '';
  const label = `${labelOf(table)}.${column}`;
  if (tableBefore(context, table)?.columns.some(({ name }) => name === column))
    return command.missing_ok === true
      ? nothing(`The column ${label} is there already.`)
      : refused(
          'name-taken',
          `There is a column ${label} already.`,
          'Take the statement out, or write IF NOT EXISTS.',
        );
  const constraints = nodesOf(definition.constraints, 'Constraint');
  const has = (kind: string) => constraints.find(({ contype }) => contype === kind);
  const places = constraints.map(({ location }) => location ?? 0);
  const type = typeText(definition.typeName, context.after);
  const generated = has('CONSTR_GENERATED');
  if (generated !== undefined)
    return asOperation({
      kind: 'add_generated_column',
      table,
      column,
      type: type.type,
      expression: expressionWithSchemas(
        context.before,
        context.source.listAfter(generated.location ?? 0).join(', '),
      ),
      stored: generated.generated_kind !== 'v',
    });
  if (definition.collClause !== undefined)
    return refused(
      'column-collation',
      `The new column ${label} has a collation of its own.`,
      'Leave it out, or add the column by free_sql.',
    );
  if (type.serial || has('CONSTR_IDENTITY') !== undefined)
    return refused(
      'numbered-column',
      `Adding ${label} with numbers of its own rewrites the table while nobody can use it.`,
      'Add it as bigint with a value, make it NOT NULL and unique, and then an identity (add_identity).',
    );
  const given = has('CONSTR_DEFAULT');
  const text =
    given === undefined
      ? undefined
      : context.source.expressionAfter((given.location ?? 0) + 'default'.length, places);
  const isNull = given !== undefined && nodeOf(given.raw_expr, 'A_Const')?.isnull === true;
  const nullable = has('CONSTR_NOTNULL') === undefined && has('CONSTR_PRIMARY') === undefined;
  const fallback = isNull || text === undefined ? undefined : expressionWithSchemas(context.before, text);
  return asOperation(
    { kind: 'add_column', table, column, type: type.type, nullable, default: fallback, value: undefined },
    nullable || fallback !== undefined
      ? []
      : [
          askForValue(
            label,
            `${label} may not be NULL and has no default: what do the rows that are there get?`,
          ),
        ],
  );
}

export function dropColumn(context: StatementContext, table: RelationName, command: AlterTableCmd): Outcome {
  const column = command.name ?? '';
  const known = tableBefore(context, table);
  if (
    command.missing_ok === true &&
    known !== undefined &&
    !known.columns.some(({ name }) => name === column)
  )
    return nothing(`There is no column ${labelOf(table)}.${column}.`);
  return asOperation(
    { kind: 'drop_column', table, column, restore: undefined },
    known === undefined ? [] : needRestore(known, context.start.tables.get(labelOf(table)) ?? known, column),
  );
}

/** USING that says what PostgreSQL would do by itself: the column cast to the new type. */
function isPlainCast(expression: unknown, column: string, type: string, context: StatementContext): boolean {
  let node = expression;
  const cast = nodeOf(node, 'TypeCast');
  if (cast !== undefined && typeText(cast.typeName, context.after).type === type) node = cast.arg;
  const fields = nodesOf(nodeOf(node, 'ColumnRef')?.fields, 'String');
  return fields.length > 0 && fields.at(-1)?.sval === column;
}

export function alterType(context: StatementContext, table: RelationName, command: AlterTableCmd): Outcome {
  const definition = nodeOf(command.def, 'ColumnDef') ?? {};
  const column = command.name ?? '';
  const { type } = typeText(definition.typeName, context.after);
  const known = tableBefore(context, table)?.columns.find(({ name }) => name === column);
  if (known?.type === type && definition.raw_default === undefined)
    return nothing(`${labelOf(table)}.${column} is ${type} already.`);
  if (definition.collClause !== undefined)
    return refused(
      'column-collation',
      `The new type of ${labelOf(table)}.${column} has a collation of its own.`,
      'Leave the collation out.',
    );
  const using = definition.raw_default;
  const up =
    using === undefined || isPlainCast(using, column, type, context)
      ? undefined
      : expressionWithSchemas(
          context.before,
          context.source.afterWord(definition.location ?? 0, 'USING') ?? column,
        );
  return asOperation({
    kind: 'change_type',
    table,
    column,
    to: undefined,
    type,
    up,
    down: undefined,
    onFailure: undefined,
    // A file names each column whose type is to change.
    ...(isReferenced(context, table, column) ? { alone: true } : {}),
  });
}

/** True where a foreign key points at the column, or did before the file dropped it. */
function isReferenced({ start, before }: StatementContext, table: RelationName, column: string): boolean {
  return [start, before].some((memory) => {
    const known = memory.tables.get(labelOf(table));
    const primary = known?.indexes.find((index) => index.primary)?.columns.map(({ name }) => name) ?? [];
    return [...memory.tables.values()].some(({ foreignKeys }) =>
      foreignKeys.some(
        ({ references, referencedColumns }) =>
          labelOf(references) === labelOf(table) &&
          (referencedColumns.length === 0 ? primary : referencedColumns).includes(column),
      ),
    );
  });
}

export function setNotNull(context: StatementContext, table: RelationName, command: AlterTableCmd): Outcome {
  const column = command.name ?? '';
  const label = `${labelOf(table)}.${column}`;
  const known = tableBefore(context, table)?.columns.find(({ name }) => name === column);
  if (known?.notNull === true && known.notNullProven) return nothing(`${label} is NOT NULL already.`);
  return asOperation(
    { kind: 'set_not_null', table, column, value: undefined },
    known !== undefined && known.default !== null
      ? []
      : [askForValue(label, `${label} becomes NOT NULL: what do rows get in which it is NULL?`)],
  );
}
