import type { OperationOf } from '@/lib/core/operation';
import { quoteIdent, type RelationName } from '@/lib/core/sql-text';
import { conversionOf } from './conversion';
import type { PgrollBody, PgrollReference } from './pgroll-file';
import { only, type PgrollPart, pgrollTable, refused, together } from './pgroll-part';

type OnDelete = OperationOf<'add_foreign_key'>['onDelete'];

interface ForeignKeyParts extends Pick<PgrollReference, 'match_type' | 'on_delete' | 'on_update'> {
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: string;
  readonly referencedColumns: readonly string[];
  readonly setColumns?: readonly string[] | undefined;
  readonly deferrable?: boolean | undefined;
  readonly initially_deferred?: boolean | undefined;
}

function addForeignKey(table: RelationName, key: ForeignKeyParts): PgrollPart {
  const wayOut = 'Add it with free SQL: NOT VALID first, then VALIDATE CONSTRAINT in a transition after it.';
  // Over one column FULL and SIMPLE say the same.
  if (key.match_type === 'PARTIAL' || (key.match_type === 'FULL' && key.columns.length > 1))
    return refused('foreign-key-match', `${key.name} asks for MATCH ${key.match_type}.`, wayOut);
  if (key.initially_deferred === true)
    return refused('initially-deferred', `${key.name} is to be INITIALLY DEFERRED.`, wayOut);
  if (key.setColumns !== undefined && key.setColumns.length > 0)
    return refused('set-columns', `${key.name} sets only some of its columns ON DELETE.`, wayOut);
  const action = (text: string | undefined) => (text?.toLowerCase() ?? 'no action') as OnDelete;
  return only({
    kind: 'add_foreign_key',
    table,
    columns: [...key.columns],
    references: pgrollTable(key.references),
    referencedColumns: [...key.referencedColumns],
    onDelete: action(key.on_delete),
    onUpdate: action(key.on_update),
    deferrable: key.deferrable === true,
    // pgroll makes none.
    index: false,
    name: key.name,
  });
}

/** The constraints that a column of pgroll's carries, on a table that is there. */
export function columnConstraints(
  table: RelationName,
  column: string,
  {
    check,
    unique,
    references,
  }: {
    readonly check?:
      | { readonly name: string; readonly constraint: string; readonly no_inherit?: boolean | undefined }
      | undefined;
    readonly unique?: { readonly name: string } | true | undefined;
    readonly references?: PgrollReference | undefined;
  },
): PgrollPart {
  return together(
    check === undefined ? {} : addCheck(table, check.name, check.constraint, check.no_inherit === true),
    unique === undefined
      ? {}
      : only({
          kind: 'add_unique',
          table,
          columns: [column],
          nullsNotDistinct: false,
          ...(unique === true ? {} : { name: unique.name }),
        }),
    references === undefined
      ? {}
      : addForeignKey(table, {
          ...references,
          columns: [column],
          references: references.table,
          referencedColumns: [references.column],
        }),
  );
}

function addCheck(table: RelationName, name: string, check: string, noInherit: boolean): PgrollPart {
  return noInherit
    ? refused(
        'no-inherit',
        `The check ${name} is to be NO INHERIT.`,
        'Leave no_inherit out unless the table has children; else add it with free SQL, NOT VALID first.',
      )
    : only({ kind: 'add_check', table, check, name });
}

/** An `up` that changes values would leave old code with other values than new code: pgroll keeps a second column for that, Segue does not. */
export function changingUp(name: string, up: string | undefined, column: string): PgrollPart {
  const conversion = conversionOf(up, column);
  return conversion.kind === 'same'
    ? {}
    : refused(
        'up-changes-values',
        `pgroll would keep a changed copy of "${column}" for new code (${conversion.sql}); ${name} is put on the column itself.`,
        `Bring the values into order first, with code that keeps to it (UPDATE … SET ${quoteIdent(column)} = … as a migration of its own), then take "up" out.`,
      );
}

const unusedDown = (name: string, column: string, down: string | undefined): PgrollPart => {
  const conversion = conversionOf(down, column);
  return conversion.kind === 'same'
    ? {}
    : {
        assumptions: [
          `"down" of ${column} is not used (${conversion.sql}): from Add on old code may meet rows that break ${name}.`,
        ],
      };
};

export function createConstraint(body: PgrollBody<'create_constraint'>): PgrollPart {
  const table = pgrollTable(body.table);
  const { name, columns = [], references } = body;
  const values = Object.entries(body.up ?? {}).map(([column, up]) => changingUp(name, up, column));
  const index = body.index_parameters;
  if (index?.tablespace || index?.storage_parameters || (index?.include_columns ?? []).length > 0)
    return refused(
      'index-parameters',
      `The index of ${name} has parameters of its own.`,
      'Build the index with free SQL: CREATE UNIQUE INDEX CONCURRENTLY … , then ADD CONSTRAINT … USING INDEX in a transition after it.',
    );
  switch (body.type) {
    case 'unique':
      return together(
        ...values,
        columns.length === 0
          ? refused('columns-missing', `${name} names no columns.`, 'Give columns.')
          : only({ kind: 'add_unique', table, columns: [...columns], nullsNotDistinct: false, name }),
      );
    case 'check':
      return together(
        ...values,
        body.check === undefined
          ? refused('check-missing', `${name} has no expression.`, 'Give check.')
          : addCheck(table, name, body.check, body.no_inherit === true),
      );
    case 'foreign_key':
      return together(
        ...values,
        references === undefined || columns.length === 0
          ? refused(
              'references-missing',
              `${name} does not say what it references.`,
              'Give columns and references.',
            )
          : addForeignKey(table, {
              ...references,
              name,
              columns,
              references: references.table,
              referencedColumns: references.columns,
              setColumns: references.on_delete_set_columns,
            }),
      );
    case 'primary_key':
      return refused(
        'primary-key',
        `${name} gives ${body.table} a primary key under a name of its own.`,
        `Make the columns NOT NULL, then use replace_primary_key (its index gets PostgreSQL’s usual name), or build a unique index concurrently and ADD CONSTRAINT ${quoteIdent(name)} PRIMARY KEY USING INDEX.`,
      );
  }
}

export function dropConstraint(body: PgrollBody<'drop_constraint'>, columns: readonly string[]): PgrollPart {
  // One column's constraint: pgroll finds the column by itself; an expression over one column names it.
  const column = body.column ?? columns[0] ?? '';
  return together(
    changingUp(body.name, body.up, column),
    unusedDown(body.name, column, body.down),
    only({ kind: 'drop_constraint', table: pgrollTable(body.table), constraint: body.name }),
  );
}

export function dropMulticolumnConstraint(body: PgrollBody<'drop_multicolumn_constraint'>): PgrollPart {
  return together(
    ...Object.entries(body.up ?? {}).map(([column, up]) => changingUp(body.name, up, column)),
    ...Object.entries(body.down ?? {}).map(([column, down]) => unusedDown(body.name, column, down)),
    only({ kind: 'drop_constraint', table: pgrollTable(body.table), constraint: body.name }),
  );
}

export const renameConstraint = ({ table, from, to }: PgrollBody<'rename_constraint'>): PgrollPart =>
  only({ kind: 'rename_constraint', table: pgrollTable(table), from, to });
