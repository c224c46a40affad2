import type { OperationKind } from '@/lib/core/operation';
import { choice, columns, flag, OWN_NAME, otherTable, sql, TABLE, text } from './field-makers';
import type { FormField, OperationForm } from './form-field';

const part = (name: string, kind: 'index' | 'constraint', label: string): FormField => ({
  name,
  kind,
  label,
});

const ACTIONS = ['no action', 'restrict', 'cascade', 'set null', 'set default'].map(
  (value) => [value, value.toUpperCase()] as const,
);

const METHODS = [
  ['', 'btree'] as const,
  ...['hash', 'gin', 'gist', 'brin', 'spgist'].map((value) => [value, value] as const),
];

/** Operations on indexes and constraints. */
export const KEY_FORMS = {
  add_index: {
    title: 'Add an index',
    about: 'Built concurrently: reads and writes go on.',
    verb: 'index',
    fields: [
      TABLE,
      columns('columns', 'Columns', { optional: true }),
      sql('keys', 'Or keys', { optional: true, placeholder: 'lower(email), created_at DESC' }),
      flag('unique', 'Unique'),
      sql('where', 'Only rows where', { optional: true, placeholder: 'active' }),
      choice('method', 'Method', METHODS),
      columns('include', 'Include columns', { optional: true }),
      OWN_NAME,
    ],
    oneOf: ['columns', 'keys'],
  },
  add_unique: {
    title: 'Add a unique constraint',
    about: 'Its index is built concurrently first; rows that are the same already are named.',
    verb: 'unique',
    fields: [
      TABLE,
      columns(),
      OWN_NAME,
      flag('nullsNotDistinct', 'NULLs count as equal (NULLS NOT DISTINCT)'),
    ],
  },
  add_check: {
    title: 'Add a check',
    about: 'Asked of new writes first, then proven for the rows that are there.',
    verb: 'check',
    fields: [TABLE, sql('check', 'Every row has', { placeholder: 'price >= 0' }), OWN_NAME],
  },
  add_foreign_key: {
    title: 'Add a foreign key',
    about: 'Asked of new writes first, then proven; rows without a parent are named before.',
    verb: 'reference',
    fields: [
      TABLE,
      columns(),
      otherTable('references', 'References'),
      columns('referencedColumns', 'Its columns', {
        of: 'references',
        optional: true,
        hint: 'Empty: its primary key.',
      }),
      choice('onDelete', 'On delete', ACTIONS),
      choice('onUpdate', 'On update', ACTIONS),
      OWN_NAME,
      flag('index', 'Build an index over the columns where there is none', { initial: true }),
      flag('deferrable', 'Deferrable: a transaction may put the check off to its end'),
    ],
  },
  drop_index: {
    title: 'Drop an index',
    about: 'Dropped concurrently; the way back builds it again.',
    verb: 'drop',
    fields: [TABLE, part('index', 'index', 'Index')],
  },
  drop_constraint: {
    title: 'Drop a constraint',
    about: 'The way back asks it of new writes, then proves it.',
    verb: 'drop',
    fields: [TABLE, part('constraint', 'constraint', 'Constraint')],
  },
  rename_index: {
    title: 'Rename an index',
    about: 'A new name in the catalog; nobody waits.',
    verb: 'rename',
    fields: [TABLE, part('from', 'index', 'Index'), text('to', 'New name')],
  },
  rename_constraint: {
    title: 'Rename a constraint',
    about: 'A new name in the catalog; no row is read.',
    verb: 'rename',
    fields: [TABLE, part('from', 'constraint', 'Constraint'), text('to', 'New name')],
  },
  replace_primary_key: {
    title: 'Replace the primary key',
    about: 'Other columns become the key, on an index that is built concurrently.',
    verb: 'key',
    fields: [
      TABLE,
      columns('columns', 'Columns of the new key'),
      text('name', 'Name of the constraint', { optional: true, hint: 'Empty: it keeps its name.' }),
      flag('dropUnique', 'Let the old columns be unique only until Delete', { optional: true }),
    ],
  },
  add_exclusion: {
    title: 'Add an exclusion constraint',
    about: 'PostgreSQL can only build it while every query waits. The plan says the way out.',
    verb: 'exclude',
    fields: [TABLE, sql('exclude', 'Exclude', { optional: true, placeholder: 'room WITH =' })],
  },
} as const satisfies Partial<Record<OperationKind, OperationForm>>;
