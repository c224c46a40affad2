import type { OperationKind } from '@/lib/core/operation';
import { column, failure, flag, relation, sql, TABLE, text } from './field-makers';
import { type FieldValues, type OperationForm, textIn } from './form-field';

const nameOf = (values: FieldValues, field: string, without: string): string =>
  textIn(values, field) || without;

/** A type that may be left out. */
const ownType = (name: string, label: string, whose: string) =>
  text(name, label, { optional: true, hint: `Empty: ${whose}.` });

const KEEP_NAMES = 'Indexes and constraints keep their names';

/** Operations on columns. */
export const COLUMN_FORMS = {
  rename_column: {
    title: 'Rename a column',
    about: 'Both names hold the same values until you delete the old one.',
    verb: 'rename',
    fields: [
      TABLE,
      column('from'),
      text('to', 'New name', { placeholder: 'full_name' }),
      flag('keepNames', KEEP_NAMES, { optional: true }),
    ],
    applicationMayWrite: () => true,
  },
  add_column: {
    title: 'Add a column',
    about: 'Old code need not know it: what it leaves out is filled.',
    verb: 'add',
    fields: [
      TABLE,
      text('column', 'New column', { placeholder: 'phone' }),
      text('type', 'Type', { placeholder: 'text' }),
      sql('default', 'Default', {
        optional: true,
        wide: false,
        placeholder: "''",
        hint: 'Stays in the schema. Texts in single quotes.',
      }),
      flag('nullable', 'NOT NULL', { initial: true, inverted: true }),
      sql('value', 'Value for rows that exist', {
        optional: true,
        placeholder: "''",
        hint: 'Fills old rows and rows that old code adds. Not kept as a default.',
        when: (values) => values.nullable === false || values.follows === true,
      }),
      flag('follows', 'Follow what the value is computed from, until Retire', {
        optional: true,
        when: (values) => values.nullable === false || values.follows === true,
      }),
    ],
  },
  change_type: {
    title: 'Change a type',
    about: 'A column of the new type beside the old one, converted both ways.',
    verb: 'retype',
    fields: [
      TABLE,
      column(),
      text('type', 'New type', { placeholder: 'numeric(10,2)' }),
      text('to', 'New name', {
        optional: true,
        placeholder: (values) => `${nameOf(values, 'column', 'old')}_new`,
        hint: 'Empty: the name stays; the columns swap names in Switch.',
      }),
      sql('up', 'Old to new', {
        optional: true,
        placeholder: (values) => `${nameOf(values, 'column', 'old')} / 100.0`,
        hint: 'Empty: as PostgreSQL converts it.',
      }),
      sql('down', 'New to old', {
        optional: true,
        placeholder: (values) => `(${textIn(values, 'to') || nameOf(values, 'column', 'old')} * 100)::int`,
        hint: 'Empty: as PostgreSQL converts it.',
      }),
      failure('Where a value cannot be converted', { hint: 'The plan says whether it can fail.' }),
      flag('alone', 'Columns that reference it keep their types', {
        optional: true,
        when: (values) => textIn(values, 'to') === '',
      }),
      flag('keepNames', KEEP_NAMES, { optional: true }),
    ],
    applicationMayWrite: (values) => textIn(values, 'to') !== '' && textIn(values, 'to') !== values.column,
  },
  drop_column: {
    title: 'Remove a column',
    about: 'Kept under another name, with its values, until Delete.',
    verb: 'remove',
    fields: [
      TABLE,
      column(),
      sql('restore', 'Value on the way back', {
        optional: true,
        placeholder: "''",
        hint: 'What old code finds in rows that new code wrote.',
      }),
    ],
  },
  set_not_null: {
    title: 'Set NOT NULL',
    about: 'NULLs are replaced, and it is proven before it is switched on.',
    verb: 'require',
    fields: [
      TABLE,
      column(),
      sql('value', 'Value for NULLs', {
        optional: true,
        placeholder: "'US'",
        hint: 'Replaces NULLs that exist and those that old code still writes.',
      }),
    ],
  },
  set_default: {
    title: 'Set a default',
    about: 'For rows written from now on; rows that are there do not change.',
    verb: 'default',
    fields: [TABLE, column(), sql('default', 'Default', { placeholder: "''" })],
  },
  drop_default: {
    title: 'Drop a default',
    about: 'Once no running version leaves the column out.',
    verb: 'no-default',
    fields: [TABLE, column()],
  },
  drop_not_null: {
    title: 'Allow NULL',
    about: 'At once; the way back stops while rows are NULL.',
    verb: 'relax',
    fields: [TABLE, column()],
  },
  add_generated_column: {
    title: 'Add a generated column',
    about: 'Computed when it is read, from PostgreSQL 18 on. A stored one would rewrite the table.',
    verb: 'compute',
    fields: [
      TABLE,
      text('column', 'New column', { placeholder: 'total' }),
      text('type', 'Type', { placeholder: 'numeric' }),
      sql('expression', 'Computed as', { placeholder: 'price * amount' }),
    ],
  },
  replace_enum: {
    title: 'Replace an enum',
    about: 'A new type with other values; the column moves to it and keeps its name.',
    verb: 'enum',
    fields: [
      TABLE,
      column(),
      relation('type', 'New enum type', { placeholder: 'mood_2' }),
      text('values', 'Its values, in order', { placeholder: 'sad, ok, happy' }),
      text('map', 'Old value = new value', {
        optional: true,
        wide: true,
        placeholder: 'blue = sad, fine = ok',
        hint: 'Values that are not named keep their name.',
      }),
      failure('Where a value has no counterpart'),
      flag('keepType', 'Keep the old type after Delete'),
    ],
  },
  split_column: {
    title: 'Split a column',
    about: 'Two new columns beside the old one, kept the same by your SQL there and back.',
    verb: 'split',
    fields: [
      TABLE,
      column(),
      text('first', 'First new column', { placeholder: 'first_name' }),
      ownType('firstType', 'Type of the first', "the old column's"),
      sql('firstUp', 'Value of the first', {
        placeholder: (values) => `split_part(${nameOf(values, 'column', 'name')}, ' ', 1)`,
      }),
      flag('firstNotNull', 'First: NOT NULL', { wide: false }),
      flag('firstIndex', 'First: with an index', { wide: false }),
      text('second', 'Second new column', { placeholder: 'last_name' }),
      ownType('secondType', 'Type of the second', "the old column's"),
      sql('secondUp', 'Value of the second', {
        placeholder: (values) => `split_part(${nameOf(values, 'column', 'name')}, ' ', 2)`,
      }),
      flag('secondNotNull', 'Second: NOT NULL', { wide: false }),
      flag('secondIndex', 'Second: with an index', { wide: false }),
      sql('down', 'Back to the old column', {
        placeholder: (values) =>
          `${nameOf(values, 'first', 'first_name')} || ' ' || ${nameOf(values, 'second', 'last_name')}`,
      }),
    ],
  },
  merge_columns: {
    title: 'Merge two columns',
    about: 'One new column beside the two, kept the same by your SQL there and back.',
    verb: 'merge',
    fields: [
      TABLE,
      column('first', 'First column'),
      column('second', 'Second column'),
      text('to', 'New column', { placeholder: 'name' }),
      ownType('type', 'Its type', "the first column's"),
      sql('up', 'Its value', {
        placeholder: (values) =>
          `${nameOf(values, 'first', 'first_name')} || ' ' || ${nameOf(values, 'second', 'last_name')}`,
      }),
      flag('notNull', 'NOT NULL', { wide: false }),
      flag('index', 'With an index', { wide: false }),
      sql('firstDown', 'Back to the first', {
        placeholder: (values) => `split_part(${nameOf(values, 'to', 'name')}, ' ', 1)`,
      }),
      sql('secondDown', 'Back to the second', {
        placeholder: (values) => `split_part(${nameOf(values, 'to', 'name')}, ' ', 2)`,
      }),
    ],
  },
  add_identity: {
    title: 'Make a column an identity',
    about: 'PostgreSQL numbers it from the highest number on.',
    verb: 'identity',
    fields: [TABLE, column(), flag('always', 'Always: from Retire on code may not give a value')],
  },
} as const satisfies Partial<Record<OperationKind, OperationForm>>;
