import { expect, it } from 'vitest';
import { SegueError } from '@/lib/core/errors';
import { parseTransitionFile } from './parse-transition-file';

function fieldsOfFile(file: unknown): unknown {
  try {
    parseTransitionFile(file);
    return null;
  } catch (error) {
    return error instanceof SegueError ? error.evidence?.fields : error;
  }
}

it('reads a file', () => {
  const spec = parseTransitionFile({
    name: 'rename',
    operations: [{ rename_column: { table: 'users', from: 'name', to: 'full_name' } }],
  });
  expect(spec.operations[0]).toMatchObject({
    kind: 'rename_column',
    table: { schema: 'public', name: 'users' },
  });
});

it('names the field of the operation that is meant', () => {
  expect(
    fieldsOfFile({ name: 'x', operations: [{ rename_column: { table: 'users', from: 'name', to: '' } }] }),
  ).toEqual({ 'file.operations.0.rename_column.to': 'a name cannot be empty' });
  expect(
    fieldsOfFile({ name: '', operations: [{ add_column: { table: 't', column: 'c', type: 'int' } }] }),
  ).toHaveProperty(['file.name']);
  expect(
    fieldsOfFile({ name: 'x', operations: [{ add_column: { table: 'a.b.c', column: 'c', type: 'int' } }] }),
  ).toHaveProperty(['file.operations.0.add_column.table']);
});
