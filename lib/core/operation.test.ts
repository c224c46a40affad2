import { describe, expect, it } from 'vitest';
import { tableOf, toTransitionFile, toTransitionSpec, transitionFileSchema } from './operation';

const parse = (operations: readonly unknown[], rest: Record<string, unknown> = {}) =>
  toTransitionSpec(transitionFileSchema.parse({ name: 'a', operations, ...rest }));

describe('an operations file', () => {
  it('reads every operation of the design, with its defaults', () => {
    const spec = parse([
      { rename_column: { table: 'users', from: 'name', to: 'full_name' } },
      { add_column: { table: 'users', column: 'phone', type: 'text', default: "''" } },
      { drop_column: { table: 'users', column: 'fax', restore: "''" } },
      {
        change_type: {
          table: 'products',
          column: 'price',
          to: 'price_decimal',
          type: 'numeric(10,2)',
          up: 'price / 100.0',
          down: '(price_decimal * 100)::int',
        },
      },
      { set_not_null: { table: 'users', column: 'country_code', value: "'US'" } },
    ]);
    const users = { schema: 'public', name: 'users' };
    expect(spec).toEqual({
      name: 'a',
      dualWrite: 'managed',
      operations: [
        { kind: 'rename_column', table: users, from: 'name', to: 'full_name' },
        { kind: 'add_column', table: users, column: 'phone', type: 'text', nullable: true, default: "''" },
        { kind: 'drop_column', table: users, column: 'fax', restore: "''" },
        {
          kind: 'change_type',
          table: { schema: 'public', name: 'products' },
          column: 'price',
          to: 'price_decimal',
          type: 'numeric(10,2)',
          up: 'price / 100.0',
          down: '(price_decimal * 100)::int',
        },
        { kind: 'set_not_null', table: users, column: 'country_code', value: "'US'" },
      ],
    });
  });

  it.each([
    ['users', { schema: 'public', name: 'users' }],
    ['shop.users', { schema: 'shop', name: 'users' }],
    ['Shop.Users', { schema: 'Shop', name: 'Users' }],
    [
      { schema: 'my.schema', name: 'my.table' },
      { schema: 'my.schema', name: 'my.table' },
    ],
  ])('reads the table %j literally', (table, expected) => {
    const spec = parse([{ set_not_null: { table, column: 'c' } }]);
    expect(spec.operations.map(tableOf)).toEqual([expected]);
  });

  it.each([
    ['a.b.c', /not a table name/],
    ['.a', /not a table name/],
    ['', /not a table name/],
  ])('refuses the table %j', (table, message) => {
    expect(() => parse([{ set_not_null: { table, column: 'c' } }])).toThrow(message);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown key', { set_not_null: { table: 't', column: 'c', colour: 'red' } }, /colour/],
    ['an unknown operation', { rename_table: { table: 't' } }, /Invalid input/],
    [
      'two operations in one entry',
      { set_not_null: { table: 't', column: 'c' }, drop_column: {} },
      /drop_column/,
    ],
    ['an empty name', { rename_column: { table: 't', from: '', to: 'b' } }, /a name cannot be empty/],
    [
      'a name over 63 bytes',
      { rename_column: { table: 't', from: 'a', to: 'x'.repeat(64) } },
      /longer than 63 bytes/,
    ],
    [
      '32 characters of two bytes',
      { rename_column: { table: 't', from: 'a', to: 'ä'.repeat(32) } },
      /longer than 63 bytes/,
    ],
    [
      'an empty expression',
      { set_not_null: { table: 't', column: 'c', value: '  ' } },
      /expression cannot be empty/,
    ],
    ['a NUL character', { rename_column: { table: 't', from: 'a', to: 'b\0' } }, /NUL/],
  ])('refuses %s', (_, operation, message) => {
    expect(() => parse([operation])).toThrow(message);
  });

  it('accepts a name of exactly 63 bytes', () => {
    expect(() => parse([{ rename_column: { table: 't', from: 'a', to: 'x'.repeat(63) } }])).not.toThrow();
  });

  it('refuses a file without operations, with an unknown key or an unusable name', () => {
    expect(() => parse([])).toThrow(/at least one operation/);
    expect(() => parse([{ set_not_null: { table: 't', column: 'c' } }], { extra: 1 })).toThrow(/extra/);
    expect(() => parse([{ set_not_null: { table: 't', column: 'c' } }], { name: 'a;b' })).toThrow(
      /letters, digits/,
    );
    expect(() => parse([{ set_not_null: { table: 't', column: 'c' } }], { dualWrite: 'both' })).toThrow();
  });

  it('can be written again from what was read', () => {
    const spec = parse([
      { rename_column: { table: 'users', from: 'name', to: 'full_name' } },
      {
        add_column: {
          table: { schema: 'a.b', name: 'c' },
          column: 'd',
          type: 'int',
          nullable: false,
          value: '1',
        },
      },
    ]);
    expect(toTransitionSpec(transitionFileSchema.parse(toTransitionFile(spec)))).toEqual(spec);
  });
});
