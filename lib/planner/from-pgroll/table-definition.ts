import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import type { PgrollBody, PgrollColumn, PgrollConstraint, PgrollReference } from './pgroll-file';
import { pgrollTable, quoted } from './pgroll-part';

type Actions = Pick<PgrollReference, 'match_type' | 'on_delete' | 'on_update'>;

function actionsOf(
  { match_type, on_delete, on_update }: Actions,
  setColumns: readonly string[] = [],
): string {
  const of = setColumns.length === 0 ? '' : ` (${quoted(setColumns)})`;
  return [
    match_type === undefined || match_type === 'SIMPLE' ? '' : ` MATCH ${match_type}`,
    on_delete === undefined ? '' : ` ON DELETE ${on_delete}${of}`,
    on_update === undefined ? '' : ` ON UPDATE ${on_update}`,
  ].join('');
}

const deferred = (each: { readonly deferrable?: boolean; readonly initially_deferred?: boolean }): string =>
  each.initially_deferred === true
    ? ' DEFERRABLE INITIALLY DEFERRED'
    : each.deferrable === true
      ? ' DEFERRABLE'
      : '';

function generatedOf({ generated }: PgrollColumn): string {
  if (generated?.identity !== undefined) {
    const { user_specified_values: values = 'ALWAYS', sequence_options: options = '' } = generated.identity;
    const list = options.trim() === '' ? '' : ` (${options})`;
    return ` GENERATED ${values === '' ? 'ALWAYS' : values} AS IDENTITY${list}`;
  }
  return generated?.expression ? ` GENERATED ALWAYS AS (${generated.expression}) STORED` : '';
}

function columnDefinition(column: PgrollColumn): string {
  const { check, references } = column;
  return [
    `${quoteIdent(column.name)} ${column.type}`,
    column.nullable === true || column.pk === true ? '' : ' NOT NULL',
    column.default === undefined ? '' : ` DEFAULT ${column.default}`,
    generatedOf(column),
    column.unique === true ? ' UNIQUE' : '',
    check === undefined
      ? ''
      : ` CONSTRAINT ${quoteIdent(check.name)} CHECK (${check.constraint})${check.no_inherit === true ? ' NO INHERIT' : ''}`,
    references === undefined
      ? ''
      : ` CONSTRAINT ${quoteIdent(references.name)} REFERENCES ${quoteName(pgrollTable(references.table))} (${quoteIdent(references.column)})${actionsOf(references)}${deferred(references)}`,
  ].join('');
}

/** What follows the name of a constraint. */
export const constraintDefinition = (constraint: PgrollConstraint): string =>
  `${bodyOf(constraint)}${deferred(constraint)}`;

function bodyOf(constraint: PgrollConstraint): string {
  const { index_parameters: index, exclude, references } = constraint;
  const columns = `(${quoted(constraint.columns ?? [])})`;
  const carried =
    (index?.include_columns?.length ? ` INCLUDE (${quoted(index.include_columns)})` : '') +
    (index?.storage_parameters ? ` WITH (${index.storage_parameters})` : '') +
    (index?.tablespace ? ` USING INDEX TABLESPACE ${quoteIdent(index.tablespace)}` : '');
  switch (constraint.type) {
    case 'unique':
      return `UNIQUE${constraint.nulls_not_distinct === true ? ' NULLS NOT DISTINCT' : ''} ${columns}${carried}`;
    case 'primary_key':
      return `PRIMARY KEY ${columns}${carried}`;
    case 'check':
      return `CHECK (${constraint.check ?? ''})${constraint.no_inherit === true ? ' NO INHERIT' : ''}`;
    case 'foreign_key':
      return references === undefined
        ? `FOREIGN KEY ${columns}`
        : `FOREIGN KEY ${columns} REFERENCES ${quoteName(pgrollTable(references.table))} (${quoted(references.columns)})${actionsOf(references, references.on_delete_set_columns)}`;
    case 'exclude':
      return `EXCLUDE${exclude?.index_method ? ` USING ${quoteIdent(exclude.index_method)}` : ''} (${exclude?.elements ?? ''})${carried}${exclude?.predicate ? ` WHERE (${exclude.predicate})` : ''}`;
  }
}

/** What stands between the parentheses of CREATE TABLE. A column is NOT NULL unless it says otherwise. */
export function tableDefinition({ columns, constraints = [] }: PgrollBody<'create_table'>): string {
  const key = columns.filter(({ pk }) => pk === true).map(({ name }) => name);
  return [
    ...columns.map(columnDefinition),
    ...(key.length === 0 ? [] : [`PRIMARY KEY (${quoted(key)})`]),
    ...constraints.map(
      (constraint) => `CONSTRAINT ${quoteIdent(constraint.name)} ${constraintDefinition(constraint)}`,
    ),
  ].join(', ');
}
