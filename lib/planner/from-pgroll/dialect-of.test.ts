import { describe, expect, it } from 'vitest';
import { dialectOf } from './dialect-of';

const RENAME = { rename_column: { table: 'users', from: 'name', to: 'full_name' } };
const file = (...operations: unknown[]) => ({ operations });

describe('dialectOf', () => {
  it.each([
    [{ alter_column: { table: 't', column: 'c', type: 'int', up: 'c', down: 'c' } }],
    [{ create_index: { table: 't', name: 'i', columns: ['c'] } }],
    [{ sql: { up: 'SELECT 1' } }],
    [{ create_table: { name: 't', columns: [] } }],
    [{ add_column: { table: 't', column: { name: 'c', type: 'int' } } }],
    [{ drop_column: { table: 't', column: 'c', down: "''" } }],
    [{ rename_table: { from: 'a', to: 'b' } }],
    [{ drop_table: { name: 't' } }],
    [{ drop_index: { name: 'i' } }],
    [{ drop_constraint: { table: 't', name: 'c', up: 'a', down: 'a' } }],
  ])('knows pgroll’s %j', (operation) => {
    expect(dialectOf({ name: 'x', operations: [RENAME, operation] })).toBe('pgroll');
  });

  it.each([
    [{ change_type: { table: 't', column: 'c', type: 'int' } }],
    [{ create_table: { table: 't', definition: 'id int' } }],
    [{ add_column: { table: 't', column: 'c', type: 'int' } }],
    [{ drop_column: { table: 't', column: 'c', restore: "''" } }],
    [{ rename_table: { table: 'a', to: 'b' } }],
    [{ drop_table: { table: 't' } }],
    [{ drop_index: { table: 't', index: 'i' } }],
    [{ drop_constraint: { table: 't', constraint: 'c' } }],
  ])('knows Segue’s %j', (operation) => {
    expect(dialectOf({ name: 'x', operations: [RENAME, operation] })).toBe('segue');
  });

  it('takes what means the same to both as Segue’s where it has a name, else as pgroll’s', () => {
    expect(dialectOf({ name: 'x', operations: [RENAME] })).toBe('segue');
    expect(dialectOf(file(RENAME))).toBe('pgroll');
    expect(dialectOf({ version_schema: 'v2', ...file(RENAME), name: 'x' })).toBe('pgroll');
  });

  it('refuses operations of both in one file, naming them', () => {
    expect(() =>
      dialectOf(file({ sql: { up: 'SELECT 1' } }, { set_not_null: { table: 't', column: 'c' } })),
    ).toThrow('operation 1 is pgroll’s, operation 2 is Segue’s');
    expect(() => dialectOf({ dualWrite: 'managed', ...file({ sql: { up: 'SELECT 1' } }) })).toThrow(
      'the key "dualWrite" is Segue’s',
    );
  });

  it('leaves what is neither to Segue’s reader', () => {
    for (const odd of [null, 'text', [], {}, { operations: [] }, file({ nonsense: {} }), file('x')])
      expect(dialectOf(odd)).toBe('segue');
  });
});
