import type { Operation, OperationKind, OperationOf } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';

/** A table as people write it: the schema only where it is not public. */
export function tableInWords(table: RelationName): string {
  return table.schema === 'public' ? table.name : `${table.schema}.${table.name}`;
}

const on = (table: RelationName, words: string) => `${tableInWords(table)}: ${words}`;
const list = (columns: readonly string[] | undefined) => columns?.join(', ') ?? '';

/** What Segue puts around SQL that it carries over: where names are looked up, and what it keeps for the way back. */
const AROUND = [
  /^SET LOCAL [^;]*;\s*/,
  /^CREATE TABLE segue\.[^;]*;\s*/,
  /^WITH added AS \((?=INSERT)/,
  /\sRETURNING [^;]*\) INSERT INTO segue\.[^;]*$/,
];

/** What a team's own SQL does, in 80 characters. */
function essence(sql: string): string {
  const bare = AROUND.reduce((text, part) => text.replace(part, ''), sql).replaceAll(/\s+/g, ' ');
  if (/^DROP TABLE IF EXISTS segue\.[^;]*$/.test(bare)) return 'drop what was kept for the way back';
  return bare.length > 80 ? `${bare.slice(0, 79)}…` : bare;
}

type Sentences = { readonly [K in OperationKind]: (operation: OperationOf<K>) => string };

const SENTENCES: Sentences = {
  rename_column: ({ table, from, to }) => on(table, `rename ${from} to ${to}`),
  add_column: ({ table, column, type, nullable }) =>
    on(table, `add ${column} ${type}${nullable ? '' : ' NOT NULL'}`),
  change_type: ({ table, column, type, to }) =>
    on(table, `change ${column} to ${type}${to ? ` as ${to}` : ''}`),
  drop_column: ({ table, column }) => on(table, `remove ${column}`),
  set_not_null: ({ table, column }) => on(table, `make ${column} NOT NULL`),
  add_index: ({ table, columns, keys, unique }) =>
    on(table, `add ${unique ? 'a unique' : 'an'} index over ${columns ? list(columns) : keys}`),
  add_unique: ({ table, columns }) => on(table, `make ${list(columns)} unique`),
  add_check: ({ table, check }) => on(table, `check ${check}`),
  add_foreign_key: ({ table, columns, references }) =>
    on(table, `let ${list(columns)} reference ${tableInWords(references)}`),
  add_exclusion: ({ table }) => on(table, 'add an exclusion constraint'),
  drop_index: ({ table, index }) => on(table, `drop the index ${index}`),
  drop_constraint: ({ table, constraint }) => on(table, `drop the constraint ${constraint}`),
  rename_index: ({ table, from, to }) => on(table, `rename the index ${from} to ${to}`),
  rename_constraint: ({ table, from, to }) => on(table, `rename the constraint ${from} to ${to}`),
  set_default: ({ table, column, default: value }) => on(table, `set the default of ${column} to ${value}`),
  drop_default: ({ table, column }) => on(table, `drop the default of ${column}`),
  drop_not_null: ({ table, column }) => on(table, `allow NULL in ${column}`),
  add_generated_column: ({ table, column, expression }) => on(table, `add ${column} as ${expression}`),
  create_table: ({ table }) => `create the table ${tableInWords(table)}`,
  rename_table: ({ table, to }) => `rename the table ${tableInWords(table)} to ${to}`,
  drop_table: ({ table }) => `drop the table ${tableInWords(table)}`,
  add_identity: ({ table, column }) => on(table, `make ${column} an identity`),
  attach_partition: ({ table, partition }) => on(table, `attach ${tableInWords(partition)}`),
  detach_partition: ({ table, partition }) => on(table, `detach ${tableInWords(partition)}`),
  free_sql: ({ up }) => `SQL: ${essence(up)}`,
  replace_primary_key: ({ table, columns }) => on(table, `make ${list(columns)} the primary key`),
  replace_enum: ({ table, column, type }) =>
    on(table, `change ${column} to the new enum ${tableInWords(type)}`),
  split_column: ({ table, column, first, second }) =>
    on(table, `split ${column} into ${first} and ${second}`),
  merge_columns: ({ table, first, second, to }) => on(table, `merge ${first} and ${second} into ${to}`),
  create_enum: ({ type, values }) => `create the enum ${tableInWords(type)}: ${values.join(', ')}`,
  delete_rows: ({ table, where }) => on(table, `delete ${where ? `rows where ${where}` : 'all rows'}`),
  update_rows: ({ table, set, where }) => on(table, `set ${set}${where ? ` where ${where}` : ''}`),
  enum_add_value: ({ type, value }) => `${tableInWords(type)}: add the value ${value}`,
};

/** The kind tells which of the sentences it is: TypeScript cannot see that the two go together. */
function sentence<K extends OperationKind>(operation: OperationOf<K>): string {
  return SENTENCES[operation.kind as K](operation);
}

/** One operation in one line: "users: rename name to full_name". */
export function operationInWords(operation: Operation): string {
  return sentence(operation);
}

/** Several in one line, the first few of many: "users: remove fax · 4,999 more". */
export function operationsInWords(operations: readonly Operation[], few = 8): string {
  const rest = operations.length - few;
  const shown = operations.slice(0, rest > 1 ? few : operations.length).map(operationInWords);
  return [...shown, ...(rest > 1 ? [`${rest.toLocaleString('en-US')} more`] : [])].join(' · ');
}
