import type { OperationKind } from '@/lib/core/operation';
import { PHASE_KINDS, PHASE_TITLES } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';

export type FieldValue = string | boolean | readonly string[] | RelationName | null;
export type FieldValues = Readonly<Record<string, FieldValue>>;

/** What a field is about, which says how it is chosen. */
export type FieldKind =
  /** A table that is there. */
  | 'table'
  /** A name for a relation or type, written as in an operations file. */
  | 'relation'
  /** A part of the chosen table. */
  | 'column'
  | 'columns'
  | 'index'
  | 'constraint'
  /** A new name, or any short text. */
  | 'text'
  /** SQL of several lines. */
  | 'block'
  | 'flag'
  | 'choice'
  /** reject, quarantine, or a value. */
  | 'failure';

/** One field of an operation. `name` is its key in the operations file. */
export interface FormField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly label: string;
  readonly optional?: boolean;
  readonly hint?: string;
  readonly placeholder?: string | ((values: FieldValues) => string);
  /** The field with the table whose parts are offered. @default table */
  readonly of?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** What a flag or choice begins with. */
  readonly initial?: boolean | string;
  /** The flag says the opposite of the file's key. */
  readonly inverted?: boolean;
  /** Takes the whole line. */
  readonly wide?: boolean;
  /** Shown, and written, only then. */
  readonly when?: (values: FieldValues) => boolean;
}

/** How the form asks for one kind of operation. */
export interface OperationForm {
  readonly group: 'Columns' | 'Indexes and constraints' | 'Tables' | 'Other';
  /** For the suggested name: "rename" in rename-users-name. */
  readonly verb: string;
  readonly fields: readonly FormField[];
}

const TABLE: FormField = { name: 'table', kind: 'table', label: 'Table' };
const COLUMN: FormField = { name: 'column', kind: 'column', label: 'Column' };
const COLUMNS: FormField = { name: 'columns', kind: 'columns', label: 'Columns' };
const NAME: FormField = {
  name: 'name',
  kind: 'text',
  label: 'Name',
  optional: true,
  hint: "Empty: PostgreSQL's usual name.",
};
const ACTIONS = ['no action', 'restrict', 'cascade', 'set null', 'set default'].map((value) => ({
  value,
  label: value.toUpperCase(),
}));

const text = (values: FieldValues, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value.trim() : '';
};

/** Every kind of operation, in the order in which the form offers them. */
export const OPERATION_FORMS: Readonly<Record<OperationKind, OperationForm>> = {
  rename_column: {
    group: 'Columns',
    verb: 'rename',
    fields: [
      TABLE,
      { ...COLUMN, name: 'from' },
      { name: 'to', kind: 'text', label: 'New name', placeholder: 'full_name' },
    ],
  },
  add_column: {
    group: 'Columns',
    verb: 'add',
    fields: [
      TABLE,
      { name: 'column', kind: 'text', label: 'New column', placeholder: 'phone' },
      { name: 'type', kind: 'text', label: 'Type', placeholder: 'text' },
      {
        name: 'default',
        kind: 'text',
        label: 'Default (SQL)',
        optional: true,
        placeholder: "''",
        hint: 'Stays in the schema. Texts in single quotes.',
      },
      { name: 'nullable', kind: 'flag', label: 'NOT NULL', initial: true, inverted: true, wide: true },
      {
        name: 'value',
        kind: 'text',
        label: 'Value for rows that exist (SQL)',
        optional: true,
        placeholder: "''",
        hint: 'Fills old rows and rows that old code adds. Not kept as a default.',
        when: (values) => values.nullable === false,
      },
    ],
  },
  change_type: {
    group: 'Columns',
    verb: 'retype',
    fields: [
      TABLE,
      COLUMN,
      { name: 'type', kind: 'text', label: 'New type', placeholder: 'numeric(10,2)' },
      {
        name: 'to',
        kind: 'text',
        label: 'New name',
        optional: true,
        placeholder: (values) => `${text(values, 'column') || 'old'}_new`,
        hint: 'Empty: the name stays; the columns swap names in Switch.',
      },
      {
        name: 'up',
        kind: 'text',
        label: 'Old to new (SQL)',
        optional: true,
        wide: true,
        placeholder: (values) => `${text(values, 'column') || 'old'} / 100.0`,
      },
      {
        name: 'down',
        kind: 'text',
        label: 'New to old (SQL)',
        optional: true,
        wide: true,
        placeholder: (values) => `(${text(values, 'to') || text(values, 'column') || 'old'} * 100)::int`,
      },
      {
        name: 'onFailure',
        kind: 'failure',
        label: 'Where a value cannot be converted',
        optional: true,
        wide: true,
        hint: 'The plan says whether it can fail.',
      },
    ],
  },
  drop_column: {
    group: 'Columns',
    verb: 'remove',
    fields: [
      TABLE,
      COLUMN,
      {
        name: 'restore',
        kind: 'text',
        label: 'Value on the way back (SQL)',
        optional: true,
        placeholder: "''",
        hint: 'What old code finds in rows that new code wrote.',
      },
    ],
  },
  set_not_null: {
    group: 'Columns',
    verb: 'require',
    fields: [
      TABLE,
      COLUMN,
      {
        name: 'value',
        kind: 'text',
        label: 'Value for NULLs (SQL)',
        optional: true,
        placeholder: "'US'",
        hint: 'Replaces NULLs that exist and those that old code still writes.',
      },
    ],
  },
  add_index: {
    group: 'Indexes and constraints',
    verb: 'index',
    fields: [
      TABLE,
      { ...COLUMNS, optional: true },
      {
        name: 'keys',
        kind: 'text',
        label: 'Or keys (SQL)',
        optional: true,
        placeholder: 'lower(email), created_at DESC',
      },
      { name: 'where', kind: 'text', label: 'Only rows where (SQL)', optional: true, placeholder: 'active' },
      {
        name: 'method',
        kind: 'choice',
        label: 'Method',
        optional: true,
        initial: '',
        options: [
          { value: '', label: 'btree' },
          ...['hash', 'gin', 'gist', 'brin', 'spgist'].map((value) => ({ value, label: value })),
        ],
      },
      { name: 'include', kind: 'columns', label: 'Include columns', optional: true },
      NAME,
      { name: 'unique', kind: 'flag', label: 'Unique', initial: false, wide: true },
    ],
  },
  add_unique: {
    group: 'Indexes and constraints',
    verb: 'unique',
    fields: [
      TABLE,
      COLUMNS,
      NAME,
      {
        name: 'nullsNotDistinct',
        kind: 'flag',
        label: 'NULLs count as equal (NULLS NOT DISTINCT)',
        initial: false,
        wide: true,
      },
    ],
  },
  add_check: {
    group: 'Indexes and constraints',
    verb: 'check',
    fields: [
      TABLE,
      { name: 'check', kind: 'text', label: 'Every row has (SQL)', placeholder: 'price >= 0' },
      NAME,
    ],
  },
  add_foreign_key: {
    group: 'Indexes and constraints',
    verb: 'reference',
    fields: [
      TABLE,
      COLUMNS,
      { name: 'references', kind: 'table', label: 'References' },
      {
        name: 'referencedColumns',
        kind: 'columns',
        label: 'Its columns',
        of: 'references',
        optional: true,
        hint: 'Empty: its primary key.',
      },
      { name: 'onDelete', kind: 'choice', label: 'On delete', options: ACTIONS, initial: 'no action' },
      { name: 'onUpdate', kind: 'choice', label: 'On update', options: ACTIONS, initial: 'no action' },
      NAME,
      {
        name: 'index',
        kind: 'flag',
        label: 'Build an index over the columns where there is none',
        initial: true,
        wide: true,
      },
      {
        name: 'deferrable',
        kind: 'flag',
        label: 'Deferrable: a transaction may put the check off to its end',
        initial: false,
        wide: true,
      },
    ],
  },
  drop_index: {
    group: 'Indexes and constraints',
    verb: 'drop',
    fields: [TABLE, { name: 'index', kind: 'index', label: 'Index' }],
  },
  drop_constraint: {
    group: 'Indexes and constraints',
    verb: 'drop',
    fields: [TABLE, { name: 'constraint', kind: 'constraint', label: 'Constraint' }],
  },
  rename_constraint: {
    group: 'Indexes and constraints',
    verb: 'rename',
    fields: [
      TABLE,
      { name: 'from', kind: 'constraint', label: 'Constraint' },
      { name: 'to', kind: 'text', label: 'New name' },
    ],
  },
  add_exclusion: {
    group: 'Indexes and constraints',
    verb: 'exclude',
    fields: [
      TABLE,
      { name: 'exclude', kind: 'text', label: 'Exclude (SQL)', optional: true, placeholder: 'room WITH =' },
    ],
  },
  set_default: {
    group: 'Columns',
    verb: 'default',
    fields: [TABLE, COLUMN, { name: 'default', kind: 'text', label: 'Default (SQL)', placeholder: "''" }],
  },
  drop_default: { group: 'Columns', verb: 'no-default', fields: [TABLE, COLUMN] },
  add_generated_column: {
    group: 'Columns',
    verb: 'compute',
    fields: [
      TABLE,
      { name: 'column', kind: 'text', label: 'New column', placeholder: 'total' },
      { name: 'type', kind: 'text', label: 'Type', placeholder: 'numeric' },
      { name: 'expression', kind: 'text', label: 'Computed as (SQL)', placeholder: 'price * amount' },
      { name: 'stored', kind: 'flag', label: 'Stored', initial: false, wide: true },
    ],
  },
  enum_add_value: {
    group: 'Other',
    verb: 'extend',
    fields: [
      { name: 'type', kind: 'relation', label: 'Enum type', placeholder: 'mood' },
      { name: 'value', kind: 'text', label: 'New value' },
      { name: 'before', kind: 'text', label: 'Before', optional: true },
      { name: 'after', kind: 'text', label: 'After', optional: true },
    ],
  },
  replace_primary_key: {
    group: 'Indexes and constraints',
    verb: 'key',
    fields: [TABLE, { ...COLUMNS, label: 'Columns of the new key' }],
  },
  replace_enum: {
    group: 'Columns',
    verb: 'enum',
    fields: [
      TABLE,
      COLUMN,
      { name: 'type', kind: 'relation', label: 'New enum type', placeholder: 'mood_2' },
      { name: 'values', kind: 'text', label: 'Its values, in order', placeholder: 'sad, ok, happy' },
      {
        name: 'map',
        kind: 'text',
        label: 'Old value = new value',
        optional: true,
        wide: true,
        placeholder: 'blue = sad, fine = ok',
        hint: 'Values that are not named keep their name.',
      },
      {
        name: 'onFailure',
        kind: 'failure',
        label: 'Where a value has no counterpart',
        optional: true,
        wide: true,
      },
      {
        name: 'keepType',
        kind: 'flag',
        label: 'Keep the old type after Delete',
        initial: false,
        wide: true,
      },
    ],
  },
  split_column: {
    group: 'Columns',
    verb: 'split',
    fields: [
      TABLE,
      COLUMN,
      { name: 'first', kind: 'text', label: 'First new column', placeholder: 'first_name' },
      { name: 'firstUp', kind: 'text', label: 'Its value (SQL)', placeholder: "split_part(name, ' ', 1)" },
      {
        name: 'firstType',
        kind: 'text',
        label: 'Its type',
        optional: true,
        hint: "Empty: the old column's.",
      },
      { name: 'firstNotNull', kind: 'flag', label: 'First: NOT NULL', initial: false },
      { name: 'firstIndex', kind: 'flag', label: 'First: with an index', initial: false },
      { name: 'second', kind: 'text', label: 'Second new column', placeholder: 'last_name' },
      { name: 'secondUp', kind: 'text', label: 'Its value (SQL)', placeholder: "split_part(name, ' ', 2)" },
      {
        name: 'secondType',
        kind: 'text',
        label: 'Its type',
        optional: true,
        hint: "Empty: the old column's.",
      },
      { name: 'secondNotNull', kind: 'flag', label: 'Second: NOT NULL', initial: false },
      { name: 'secondIndex', kind: 'flag', label: 'Second: with an index', initial: false },
      {
        name: 'down',
        kind: 'text',
        label: 'Back to the old column (SQL)',
        wide: true,
        placeholder: "first_name || ' ' || last_name",
      },
    ],
  },
  merge_columns: {
    group: 'Columns',
    verb: 'merge',
    fields: [
      TABLE,
      { ...COLUMN, name: 'first', label: 'First column' },
      { ...COLUMN, name: 'second', label: 'Second column' },
      { name: 'to', kind: 'text', label: 'New column', placeholder: 'name' },
      { name: 'type', kind: 'text', label: 'Its type', optional: true, hint: "Empty: the first column's." },
      {
        name: 'up',
        kind: 'text',
        label: 'Its value (SQL)',
        wide: true,
        placeholder: "first_name || ' ' || last_name",
      },
      { name: 'notNull', kind: 'flag', label: 'NOT NULL', initial: false },
      { name: 'index', kind: 'flag', label: 'With an index', initial: false },
      {
        name: 'firstDown',
        kind: 'text',
        label: 'Back to the first (SQL)',
        placeholder: "split_part(name, ' ', 1)",
      },
      {
        name: 'secondDown',
        kind: 'text',
        label: 'Back to the second (SQL)',
        placeholder: "split_part(name, ' ', 2)",
      },
    ],
  },
  add_identity: {
    group: 'Columns',
    verb: 'identity',
    fields: [
      TABLE,
      COLUMN,
      {
        name: 'always',
        kind: 'flag',
        label: 'Always: from Retire on code may not give a value',
        initial: false,
        wide: true,
      },
    ],
  },
  create_table: {
    group: 'Tables',
    verb: 'create',
    fields: [
      { name: 'table', kind: 'relation', label: 'New table', placeholder: 'invoices' },
      {
        name: 'definition',
        kind: 'block',
        label: 'Columns and constraints (SQL)',
        placeholder:
          'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\ncustomer_id bigint NOT NULL REFERENCES public.customers,\ntotal numeric NOT NULL',
        hint: 'What stands between the parentheses of CREATE TABLE. Name other tables and types with their schema.',
      },
    ],
  },
  rename_table: {
    group: 'Tables',
    verb: 'rename',
    fields: [TABLE, { name: 'to', kind: 'text', label: 'New name', placeholder: 'clients' }],
  },
  drop_table: { group: 'Tables', verb: 'drop', fields: [TABLE] },
  attach_partition: {
    group: 'Tables',
    verb: 'attach',
    fields: [
      { ...TABLE, label: 'Partitioned table' },
      { name: 'partition', kind: 'table', label: 'Table to attach' },
      {
        name: 'values',
        kind: 'text',
        label: 'Its rows (SQL)',
        placeholder: "FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
        wide: true,
      },
    ],
  },
  detach_partition: {
    group: 'Tables',
    verb: 'detach',
    fields: [
      { ...TABLE, label: 'Partitioned table' },
      { name: 'partition', kind: 'table', label: 'Partition' },
    ],
  },
  free_sql: {
    group: 'Other',
    verb: 'sql',
    fields: [
      {
        name: 'phase',
        kind: 'choice',
        label: 'Phase',
        initial: 'expand',
        options: PHASE_KINDS.map((value) => ({ value, label: PHASE_TITLES[value] })),
      },
      {
        name: 'up',
        kind: 'block',
        label: 'SQL',
        placeholder: 'CREATE EXTENSION citext SCHEMA public',
        hint: 'Tried first, in a transaction that is rolled back. Write every name with its schema.',
      },
      {
        name: 'down',
        kind: 'block',
        label: 'SQL for the way back',
        optional: true,
        placeholder: 'DROP EXTENSION citext',
        hint: 'Needed in every phase but Delete.',
      },
      { name: 'lossless', kind: 'flag', label: 'The way back loses nothing', initial: false, wide: true },
    ],
  },
};

/** The kinds in the form's order. */
export const FORM_KINDS = Object.keys(OPERATION_FORMS) as readonly OperationKind[];
