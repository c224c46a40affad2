import { describe, expect, it } from 'vitest';
import { type Operation, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import {
  fieldError,
  isComplete,
  newDraftOperation,
  suggestName,
  toDraftOperation,
  toFileOperation,
} from './draft-operation';

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
    expect(isComplete(draft)).toBe(false);
    expect(isComplete({ ...draft, column: 'name', to: ' ' })).toBe(false);
    expect(isComplete({ ...draft, column: 'name', to: 'full_name' })).toBe(true);
    expect(isComplete({ ...draft, kind: 'drop_column', column: 'fax' })).toBe(true);
  });

  it('suggest a name from the first of them', () => {
    expect(suggestName([])).toBe('');
    expect(suggestName([{ ...newDraftOperation('1', 'rename_column', users), column: 'na"me' }])).toBe(
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
