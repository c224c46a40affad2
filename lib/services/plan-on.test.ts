import { describe, expect, it } from 'vitest';
import { SegueError } from '@/lib/core/errors';
import type { TransitionSpec } from '@/lib/core/operation';
import { settingsText } from './change-settings';
import { freeName } from './duplicate-transition';
import { fieldsOfRefusal } from './plan-on';
import { difference } from './read-approval';
import { versionToken } from './read-rollout';

const table = { schema: 'public', name: 'users' };
const spec: TransitionSpec = {
  name: 'two',
  dualWrite: 'managed',
  operations: [
    { kind: 'rename_column', table, from: 'name', to: 'full_name' },
    {
      kind: 'change_type',
      table,
      column: 'price',
      to: 'price_decimal',
      type: 'numeric',
      up: 'price / 100.0',
    },
  ],
};

describe('the field that a refusal is about', () => {
  it.each([
    [new SegueError('unknown_column', 'x', { object: 'users.name' }), 'file.operations.0.rename_column.from'],
    [new SegueError('name_taken', 'x', { object: 'users.full_name' }), 'file.operations.0.rename_column.to'],
    [
      new SegueError('unknown_column', 'x', { object: 'users.price' }),
      'file.operations.1.change_type.column',
    ],
    [
      new SegueError('bad_expression', 'x', { evidence: { operation: 1, field: 'down' } }),
      'file.operations.1.change_type.down',
    ],
  ])('%# is found', (error, field) => {
    expect(fieldsOfRefusal(spec, error)).toEqual({ [field]: 'x' });
  });

  it('is not made up', () => {
    expect(fieldsOfRefusal(spec, new SegueError('table_busy', 'x', { object: 'elsewhere' }))).toBeNull();
  });
});

it('a copy gets the first free name, within the limit', () => {
  expect(freeName('rename', new Set())).toBe('rename copy');
  expect(freeName('rename copy', new Set(['rename copy']))).toBe('rename copy 2');
  expect(freeName('x'.repeat(100), new Set())).toHaveLength(100);
});

it('a difference of facts is told line by line and is never empty', () => {
  expect(difference(['a', 'b'], ['b', 'c'])).toEqual(['- a', '+ c']);
  expect(difference(['a'], ['a'])).toHaveLength(1);
});

it('a version of a draft is never one of a rollout', () => {
  const fact = { position: 0, direction: null, version: 3 } as const;
  expect(versionToken(3, null)).toBeLessThan(0);
  expect(versionToken(3, fact)).not.toBe(versionToken(4, fact));
  expect(versionToken(3, fact)).not.toBe(versionToken(3, { ...fact, version: 4 }));
  expect(versionToken(3, { ...fact, position: 1 })).toBe(3);
});

it('changed settings read as words', () => {
  expect(settingsText({ maxPauseMs: 200, retentionMs: 36 * 60 * 60 * 1000 })).toBe(
    'longest pause 200 ms, retired columns kept 1.5 days',
  );
});
