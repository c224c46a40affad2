import { describe, expect, it } from 'vitest';
import { arranged } from '@/test/arranged';

const t = { schema: 'public', name: 't' };
const change = { change_type: { table: 't', column: 'c', type: 'int' } } as const;

describe('one name for two things', () => {
  it('a constraint is made beside the old one, which then goes and leaves it its name', () => {
    expect(
      arranged(
        { drop_constraint: { table: 't', constraint: 'k' } },
        { add_check: { table: 't', check: 'a > 0', name: 'k' } },
      ),
    ).toEqual([
      { add_check: { table: t, check: 'a > 0', name: 'segue_new_tag_k' }, index: 1, replaces: true },
      { drop_constraint: { table: t, constraint: 'k' }, index: 0, notBefore: 'switch', replaces: true },
      {
        rename_constraint: { table: t, from: 'segue_new_tag_k', to: 'k' },
        index: 1,
        part: 'name',
        notBefore: 'switch',
        replaces: true,
      },
    ]);
  });

  it('an index as well, at Retire', () => {
    expect(
      arranged(
        { drop_index: { table: 't', index: 'k' } },
        { add_index: { table: 't', columns: ['a'], name: 'k' } },
      ).map(({ index, notBefore }) => [index, notBefore]),
    ).toEqual([
      [1, undefined],
      [0, 'contract'],
      [1, 'contract'],
    ]);
  });

  it('an index gives its name to a constraint, at Retire; a constraint gives its to an index, at Switch', () => {
    expect(
      arranged(
        { drop_index: { table: 't', index: 'k' } },
        { drop_constraint: { table: 't', constraint: 'l' } },
        { add_unique: { table: 't', columns: ['a'], name: 'k' } },
        { add_index: { table: 't', columns: ['b'], unique: true, name: 'l' } },
      ),
    ).toMatchObject([
      { add_unique: { name: 'segue_new_tag_k' }, index: 2 },
      { drop_index: { index: 'k' }, notBefore: 'contract' },
      { rename_constraint: { from: 'segue_new_tag_k', to: 'k' }, notBefore: 'contract' },
      { add_index: { name: 'segue_new_tag_l' }, index: 3 },
      { drop_constraint: { constraint: 'l' }, notBefore: 'switch' },
      { rename_index: { from: 'segue_new_tag_l', to: 'l' }, notBefore: 'switch' },
    ]);
  });

  it('names of checks and keys are not those of indexes', () => {
    expect(
      arranged(
        { drop_index: { table: 't', index: 'k' } },
        { add_check: { table: 't', check: 'a > 0', name: 'k' } },
      ),
    ).toMatchObject([{ drop_index: {} }, { add_check: { name: 'k' } }]);
  });

  it('the name of a renamed constraint is free at Switch, that of a renamed index at once', () => {
    expect(
      arranged(
        { rename_constraint: { table: 't', from: 'k', to: 'old' } },
        { rename_index: { table: 't', from: 'i', to: 'j' } },
        { add_check: { table: 't', check: 'a > 0', name: 'k' } },
        { add_index: { table: 't', columns: ['a'], name: 'i' } },
      ),
    ).toMatchObject([
      { rename_index: { from: 'i' } },
      { add_check: { name: 'segue_new_tag_k' } },
      { rename_constraint: { from: 'k', to: 'old' } },
      { rename_constraint: { from: 'segue_new_tag_k', to: 'k' }, notBefore: 'switch' },
      { add_index: { name: 'i' } },
    ]);
  });

  it('a rename to the name of an index that goes waits until it is gone', () => {
    expect(
      arranged(
        { drop_index: { table: 't', index: 'k' } },
        { rename_index: { table: 't', from: 'l', to: 'k' } },
      ),
    ).toMatchObject([{ drop_index: {} }, { rename_index: {}, notBefore: 'contract' }]);
  });

  it('what goes or is renamed comes before a column that another takes the place of, which does not clone it', () => {
    expect(
      arranged(
        { rename_column: { table: 't', from: 'a', to: 'b' } },
        { drop_index: { table: 't', index: 'k' } },
        { rename_index: { table: 't', from: 'l', to: 'm' } },
        { add_index: { table: 't', columns: ['b'], name: 'k' } },
      ),
    ).toMatchObject([
      { rename_index: { from: 'l' } },
      { drop_index: { index: 'k' }, notBefore: 'contract' },
      { rename_column: {}, wishes: { without: ['k'] } },
      { add_index: { name: 'segue_new_tag_k' } },
      { rename_index: { to: 'k' } },
    ]);
  });

  it('an index that goes comes after a column of a new type, which takes it along, also where another column is renamed', () => {
    expect(
      arranged({ rename_column: { table: 't', from: 'a', to: 'b' } }, change, {
        drop_index: { table: 't', index: 'k' },
      }).map(({ index }) => index),
    ).toEqual([1, 2, 0]);
  });

  it('a constraint goes before a column', () => {
    expect(
      arranged(
        { drop_column: { table: 't', column: 'c' } },
        { drop_constraint: { table: 't', constraint: 'k' } },
      ).map(({ index }) => index),
    ).toEqual([1, 0]);
  });
});
