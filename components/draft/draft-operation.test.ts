import { describe, expect, it } from 'vitest';
import { type Operation, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import {
  applicationMayWrite,
  fieldError,
  isComplete,
  newDraftOperation,
  suggestName,
  toDraftOperation,
  toFileOperation,
  withKind,
  withTable,
} from './draft-operation';
import type { FieldValues } from './forms/form-field';

const users = { schema: 'public', name: 'users' };

const OPERATIONS: readonly Operation[] = [
  { kind: 'rename_column', table: users, from: 'name', to: 'full_name' },
  { kind: 'add_column', table: users, column: 'phone', type: 'text', nullable: false, value: "''" },
  { kind: 'drop_column', table: users, column: 'fax', restore: "''" },
  {
    kind: 'change_type',
    table: { schema: 'shop', name: 'a.b' },
    column: 'price',
    to: 'price_decimal',
    type: 'numeric(10,2)',
    up: 'price / 100.0',
    down: '(price_decimal * 100)::int',
    onFailure: 'reject',
  },
  { kind: 'set_not_null', table: users, column: 'country', value: "'US'" },
  { kind: 'add_index', table: users, columns: ['a, b', 'c'], unique: true, where: 'active', include: ['d'] },
  { kind: 'add_unique', table: users, columns: ['email'], nullsNotDistinct: false, name: 'one_each' },
  { kind: 'add_check', table: users, check: 'price >= 0' },
  {
    kind: 'add_foreign_key',
    table: users,
    columns: ['group_id'],
    references: { schema: 'shop', name: 'groups' },
    onDelete: 'cascade',
    onUpdate: 'no action',
    deferrable: false,
    index: true,
  },
  {
    kind: 'replace_enum',
    table: users,
    column: 'mood',
    type: { schema: 'public', name: 'mood_2' },
    values: ['sad', 'ok'],
    map: { blue: 'sad', fine: 'ok' },
    keepType: true,
  },
  { kind: 'create_table', table: { schema: 'shop', name: 'invoices' }, definition: 'id bigint' },
  {
    kind: 'free_sql',
    phase: 'switch',
    up: 'SELECT 1',
    down: 'SELECT 2',
    tables: [users, { schema: 'shop', name: 'orders' }],
    lossless: true,
  },
];

describe('draft operations', () => {
  it('bring every operation through the form unchanged', () => {
    const file = {
      name: 'all',
      operations: OPERATIONS.map((operation, index) =>
        toFileOperation(toDraftOperation(String(index), operation)),
      ),
    };
    expect(toTransitionSpec(transitionFileSchema.parse(file)).operations).toEqual(OPERATIONS);
  });

  it('are complete once nothing needed is empty', () => {
    const draft = newDraftOperation('1', 'rename_column', users);
    const filled = (values: FieldValues) => ({ ...draft, values: { ...draft.values, ...values } });
    expect(isComplete(draft)).toBe(false);
    expect(isComplete(filled({ from: 'name', to: ' ' }))).toBe(false);
    expect(isComplete(filled({ from: 'name', to: 'full_name' }))).toBe(true);
    const drop = withKind(draft, 'drop_column');
    expect(isComplete({ ...drop, values: { ...drop.values, column: 'fax' } })).toBe(true);
  });

  it('are complete with one of several that may each be empty', () => {
    const index = newDraftOperation('1', 'add_index', users);
    expect(isComplete(index)).toBe(false);
    expect(isComplete({ ...index, values: { ...index.values, keys: 'lower(email)' } })).toBe(true);
    expect(isComplete({ ...index, values: { ...index.values, columns: ['email'] } })).toBe(true);
  });

  it('need no way back in Delete, and write none', () => {
    const draft = newDraftOperation('1', 'free_sql', null);
    const values = { ...draft.values, up: 'DROP TABLE public.a', down: '' };
    expect(isComplete({ ...draft, values })).toBe(false);
    const last = { ...draft, values: { ...values, phase: 'purge' } };
    expect(isComplete(last)).toBe(true);
    expect(toFileOperation({ ...last, values: { ...last.values, down: 'left over' } })).toEqual({
      free_sql: { phase: 'purge', up: 'DROP TABLE public.a' },
    });
  });

  it('ask who writes both columns only where the application could', () => {
    const may = (kind: Operation['kind'], values: FieldValues = {}) => {
      const draft = newDraftOperation('1', kind, users);
      return applicationMayWrite({ ...draft, values: { ...draft.values, ...values } });
    };
    expect(may('rename_column')).toBe(true);
    expect(may('change_type', { column: 'price', to: 'price_2' })).toBe(true);
    expect(may('change_type', { column: 'price', to: '' })).toBe(false);
    expect(may('change_type', { column: 'price', to: 'price' })).toBe(false);
    for (const kind of ['add_column', 'add_index', 'split_column', 'replace_enum', 'free_sql'] as const)
      expect(may(kind), kind).toBe(false);
  });

  it('keep what another kind asks too', () => {
    const draft = newDraftOperation('1', 'set_not_null', users);
    const filled = { ...draft, values: { ...draft.values, column: 'fax' } };
    expect(withKind(withKind(filled, 'add_unique'), 'drop_column').values).toMatchObject({
      table: users,
      column: 'fax',
    });
  });

  it('forget the parts of a table when another is chosen, and nothing else', () => {
    const draft = newDraftOperation('1', 'add_foreign_key', users);
    const values = { ...draft.values, columns: ['group_id'], referencedColumns: ['id'], column: 'fax' };
    const orders = { schema: 'public', name: 'orders' };
    expect(withTable({ ...draft, values }, 'table', orders).values).toMatchObject({
      table: orders,
      columns: [],
      column: '',
      referencedColumns: ['id'],
      index: true,
    });
    expect(withTable({ ...draft, values }, 'references', orders).values).toMatchObject({
      columns: ['group_id'],
      referencedColumns: [],
    });
  });

  it('leave out fields that do not count', () => {
    const draft = newDraftOperation('1', 'add_column', users);
    const values = { ...draft.values, column: ' phone ', type: 'text', value: "''" };
    expect(toFileOperation({ ...draft, values })).toEqual({
      add_column: { table: users, column: 'phone', type: 'text', nullable: true },
    });
  });

  it('suggest a name from the first of them', () => {
    expect(suggestName([])).toBe('');
    const draft = newDraftOperation('1', 'rename_column', users);
    expect(suggestName([draft])).toBe('');
    expect(suggestName([{ ...draft, values: { ...draft.values, from: 'na"me' } }])).toBe(
      'rename-users-na-me',
    );
  });

  it('find the refusal of a field', () => {
    const fields = { 'file.operations.1.rename_column.to': 'taken' };
    expect(fieldError(fields, 1, 'rename_column', 'to')).toBe('taken');
    expect(fieldError(fields, 0, 'rename_column', 'to')).toBeNull();
    expect(fieldError(undefined, 0, 'rename_column', 'to')).toBeNull();
  });
});
