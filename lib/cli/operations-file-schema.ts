import { z } from 'zod';
import { transitionFileSchema } from '@/lib/core/operation';

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  name: 'Names the transition in its database. Letters, digits, spaces and . _ / -',
  dualWrite:
    'Who keeps old and new the same: managed, by a trigger that Segue installs; application, by your own code.',
  operations: 'The changes. They run phase by phase together; two operations on one column are refused.',
  record:
    'The team’s own migration file that the transition stands for: the first step records it in their tool’s journal. Written by segue plan --record.',
  tool: 'Whose journal it is: drizzle, drizzle-folders (1.0), prisma.',
  tag: 'The name of the file, or of its folder, as the tool knows it.',
  hash: 'sha256 of the file, in hex.',
  when: 'drizzle’s time of the file, in ms; null for Prisma.',
  earlier: 'All migrations that come before it in its folder, in order.',
  make: 'Whether the journal’s table is made where it is not there.',
  add_column: 'A new column. NOT NULL without a constant default needs a value for the rows that are there.',
  rename_column: 'A new name for a column. Both names work from Sync to Retire.',
  drop_column: 'Takes a column out of use, retires it, and deletes it last.',
  change_type: 'A new column of another type beside the old one, converted both ways.',
  set_not_null: 'Fills the NULLs, proves that none is left, then sets NOT NULL.',
  add_index: 'An index, built concurrently. Give columns, or keys as SQL.',
  add_unique: 'A unique constraint: duplicates are named first, its index is built concurrently.',
  add_check:
    'A check: rows in the way are named first, then it is asked of new writes and proven for all rows.',
  add_foreign_key: 'A foreign key: rows without a parent are named first, then asked and proven.',
  add_exclusion: 'Always refused, with the way out: it cannot be built without blocking everything.',
  drop_index: 'Drops an index concurrently; the way back builds it again.',
  drop_constraint: 'Drops a constraint; the way back proves it again.',
  rename_constraint: 'A new name for a constraint and its index.',
  set_default: 'A default for rows written from now on.',
  drop_default: 'Takes a default away once no running code counts on it.',
  add_generated_column: 'A column computed when it is read (PostgreSQL 18).',
  replace_primary_key: 'Other columns become the primary key; the old ones stay unique.',
  replace_enum: 'A new enum type with other values, under the name of the column.',
  dropUnique: 'Whether the index that keeps the old columns unique goes with Delete.',
  values: 'The values of the new enum type, in order.',
  map: 'Old value to new value, where the names differ.',
  split_column: 'One column becomes two, with your SQL there and back.',
  merge_columns: 'Two columns become one, with your SQL there and back.',
  first: 'The first of the two columns.',
  second: 'The second of the two columns.',
  firstType: "Its type. Default: the old column's.",
  secondType: "Its type. Default: the old column's.",
  firstUp: 'SQL of the first new column from the old one.',
  secondUp: 'SQL of the second new column from the old one.',
  firstDown: 'SQL of the first old column from the new one.',
  secondDown: 'SQL of the second old column from the new one.',
  enum_add_value: 'One more value of an enum type. It cannot be taken away again.',
  index:
    'The name of an index; in add_foreign_key, whether to build one where none begins with the columns; in merge_columns, whether the new column gets one.',
  also: 'SQL on the new table alone, run with it: indexes, comments, rights, row security.',
  firstIndex: 'Whether the first new column gets an index.',
  secondIndex: 'Whether the second new column gets an index.',
  notNull: 'Whether the new column is NOT NULL.',
  firstNotNull: 'Whether the first new column is NOT NULL.',
  secondNotNull: 'Whether the second new column is NOT NULL.',
  keepType: 'Whether the old type stays after Delete though nothing uses it.',
  constraint: 'The name of a constraint.',
  expression: 'SQL over columns of the row.',
  stored: 'Refused when true: it would rewrite the table.',
  before: 'The value that the new one stands before.',
  after: 'The value that the new one stands after.',
  columns: 'Columns by name, in order.',
  keys: 'Index keys as SQL: lower(email), created_at DESC.',
  unique: 'Whether two rows may not be the same.',
  method: 'Index method. Default: btree.',
  include: 'Columns that the index carries beside its keys.',
  where: 'SQL: rows that the index covers.',
  nullsNotDistinct: 'NULL equals NULL (PostgreSQL 15 and later).',
  check: 'SQL that no row may make false.',
  references: 'The table that is referenced.',
  referencedColumns: 'Its columns. Default: its primary key.',
  onDelete: 'What becomes of rows whose parent is deleted.',
  onUpdate: 'What becomes of rows whose parent changes its key.',
  deferrable: 'Whether a transaction may put the check off to its end.',
  table: 'table, schema.table, or {schema, name} for a name with a dot. Names are literal: case matters.',
  column: "The column's name.",
  from: 'The present name.',
  to: 'The new name.',
  type: 'A type as in CREATE TABLE.',
  nullable: 'Whether the new column may be NULL.',
  default: 'SQL; stays in the schema.',
  value: 'SQL; only fills rows that have no value yet.',
  restore: 'SQL: what old code finds in rows that new code wrote.',
  up: 'SQL from old to new; the old name means the old value. Default: a cast.',
  down: 'SQL from new to old; the new name means the new value. Default: a cast.',
  onFailure: 'Where a value cannot be converted: reject, quarantine, or an SQL value to put in its place.',
};

const OWN_NAME = "Name of what is made. Default: PostgreSQL's usual one.";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function describe(node: Json): Json {
  if (Array.isArray(node)) return node.map(describe);
  if (node === null || typeof node !== 'object') return node;
  const described = Object.entries(node).map(([key, child]): [string, Json] => {
    if (key !== 'properties' || child === null || typeof child !== 'object' || Array.isArray(child))
      return [key, describe(child)];
    // {schema, name} of a table: its parts need no words, and `name` means another thing there.
    if ('schema' in child) return [key, describe(child)];
    const properties = Object.entries(child).map(([name, schema]): [string, Json] => {
      const inner = describe(schema);
      const text = name === 'name' && 'table' in child ? OWN_NAME : DESCRIPTIONS[name];
      if (text === undefined || inner === null || typeof inner !== 'object' || Array.isArray(inner))
        return [name, inner];
      return [name, { description: text, ...inner }];
    });
    return [key, Object.fromEntries(properties)];
  });
  return Object.fromEntries(described);
}

/**
 * The published JSON Schema of an operations file, as text: made from what the command line itself checks with, for
 * editors and other programs. What only code can say (bytes of a name, overlaps) is not in it.
 */
export function operationsFileSchema(): string {
  const made = z.toJSONSchema(transitionFileSchema, { io: 'input', unrepresentable: 'any' }) as Json;
  const schema = describe(made);
  return `${JSON.stringify({ title: 'Segue operations file', ...(schema as Record<string, Json>) }, null, 2)}\n`;
}
