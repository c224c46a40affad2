import type { OperationKind } from '@/lib/core/operation';
import { PHASE_KINDS, PHASE_TITLES } from '@/lib/core/plan';
import { block, choice, flag, relation, text } from './field-makers';
import type { OperationForm } from './form-field';

/** What is about no single table. */
export const OTHER_FORMS = {
  create_enum: {
    title: 'Create an enum type',
    about: 'Nothing is locked.',
    verb: 'enum',
    fields: [
      relation('type', 'Name', { placeholder: 'mood' }),
      text('values', 'Its values, in order', { placeholder: 'sad, ok, happy' }),
    ],
  },
  enum_add_value: {
    title: 'Add a value to an enum',
    about: 'No table is locked. PostgreSQL cannot take a value away again.',
    verb: 'extend',
    fields: [
      relation('type', 'Enum type', { placeholder: 'mood' }),
      text('value', 'New value', { placeholder: 'curious' }),
      text('before', 'Before', { optional: true }),
      text('after', 'After', { optional: true, hint: 'Neither: at the end.' }),
    ],
  },
  free_sql: {
    title: 'SQL of your own',
    about: 'For what has no operation, with its own way back.',
    verb: 'sql',
    fields: [
      choice(
        'phase',
        'Phase',
        PHASE_KINDS.map((value) => [value, PHASE_TITLES[value]] as const),
      ),
      block('up', 'SQL', {
        placeholder: 'CREATE EXTENSION citext SCHEMA public',
        hint: 'Write every name with its schema.',
      }),
      block('down', 'SQL for the way back', {
        placeholder: 'DROP EXTENSION citext',
        when: (values) => values.phase !== 'purge',
      }),
      {
        name: 'tables',
        kind: 'relations',
        label: 'Tables that it changes without naming them',
        optional: true,
        wide: true,
        placeholder: 'users, shop.orders',
        hint: 'No other transition may change them meanwhile.',
      },
      flag('lossless', 'The way back loses nothing', { when: (values) => values.phase !== 'purge' }),
    ],
  },
} as const satisfies Partial<Record<OperationKind, OperationForm>>;
