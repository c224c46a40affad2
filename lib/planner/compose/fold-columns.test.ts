import { describe, expect, it } from 'vitest';
import { arranged } from '@/test/arranged';

const t = { schema: 'public', name: 't' };
const change = { change_type: { table: 't', column: 'c', type: 'int' } } as const;
const setDefault = { set_default: { table: 't', column: 'c', default: '5' } } as const;
const dropDefault = { drop_default: { table: 't', column: 'c' } } as const;

describe('several operations on one column', () => {
  it('a default goes with the column of the new type, dropped before or set after', () => {
    expect(arranged(dropDefault, change, setDefault)).toEqual([
      { change_type: { table: t, column: 'c', type: 'int' }, index: 1, wishes: { default: '5' } },
    ]);
    expect(arranged(dropDefault, change)).toMatchObject([{ index: 1, wishes: { default: null } }]);
    expect(arranged(change, dropDefault)).toMatchObject([{ index: 0, wishes: { default: null } }]);
  });

  it('a default that is set before a change of type is converted with the column', () => {
    expect(arranged(setDefault, change)).toHaveLength(2);
  });

  it('NOT NULL goes with the column of the new type', () => {
    expect(arranged(change, { set_not_null: { table: 't', column: 'c', value: '0' } })).toMatchObject([
      { index: 0, wishes: { notNull: { value: '0', of: 'new' } } },
    ]);
  });

  it('NULL is allowed before the column is replaced, under the name that it has then', () => {
    expect(
      arranged(
        { rename_column: { table: 't', from: 'a', to: 'c' } },
        { drop_not_null: { table: 't', column: 'c' } },
        setDefault,
      ),
    ).toEqual([
      { drop_not_null: { table: t, column: 'a' }, index: 1 },
      { set_default: { table: t, column: 'a', default: '5' }, index: 2 },
      { rename_column: { table: t, from: 'a', to: 'c' }, index: 0 },
    ]);
  });

  it('a rename and a change of type are one change of type, its expressions under the right names', () => {
    expect(
      arranged(
        { rename_column: { table: 't', from: 'a', to: 'c' } },
        { change_type: { table: 't', column: 'c', type: 'int', up: 'c::int * length(c)', down: 'c::text' } },
      ),
    ).toMatchObject([
      { change_type: { column: 'a', to: 'c', up: '"a"::int * length("a")', down: 'c::text' }, index: 0 },
    ]);
    expect(
      arranged(
        { change_type: { table: 't', column: 'a', type: 'int', up: 'a::int', down: 'a::text' } },
        { rename_column: { table: 't', from: 'a', to: 'c' } },
      ),
    ).toMatchObject([{ change_type: { column: 'a', to: 'c', up: 'a::int', down: '"c"::text' } }]);
  });

  it('the last default counts', () => {
    expect(arranged(dropDefault, setDefault)).toMatchObject([{ set_default: { default: '5' }, index: 1 }]);
  });

  it('another column, or another table, is left alone', () => {
    const list = [
      change,
      { set_default: { table: 't', column: 'd', default: '1' } },
      { set_default: { table: 's.t', column: 'c', default: '1' } },
    ] as const;
    expect(arranged(...list)).toHaveLength(3);
  });

  it('NOT NULL and no default go with a column that is renamed, said before or after', () => {
    const rename = { rename_column: { table: 't', from: 'a', to: 'c' } } as const;
    const wishes = { notNull: { value: '0', of: 'old' }, default: null };
    const body = { rename_column: { table: t, from: 'a', to: 'c' } };
    expect(arranged(rename, { set_not_null: { table: 't', column: 'c', value: '0' } }, dropDefault)).toEqual([
      { ...body, index: 0, wishes },
    ]);
    expect(
      arranged(
        { set_not_null: { table: 't', column: 'a', value: '0' } },
        { drop_default: { table: 't', column: 'a' } },
        rename,
      ),
    ).toEqual([{ ...body, index: 2, wishes }]);
  });

  it('NOT NULL that is set before a change of type, or with a new enum, goes with the new column too', () => {
    const notNull = { set_not_null: { table: 't', column: 'c', value: '0' } } as const;
    expect(arranged(notNull, change)).toEqual([
      {
        change_type: { table: t, column: 'c', type: 'int' },
        index: 1,
        wishes: { notNull: { value: '0', of: 'old' } },
      },
    ]);
    expect(
      arranged(
        { replace_enum: { table: 't', column: 'c', type: 'mood', values: ['a'] } },
        notNull,
        setDefault,
      ),
    ).toMatchObject([{ index: 0, wishes: { notNull: { value: '0', of: 'new' }, default: '5' } }]);
  });

  it('a constraint that is dropped goes before a column is replaced, and does not come along', () => {
    expect(
      arranged(change, { drop_constraint: { table: 't', constraint: 'k' } }).map(({ index }) => index),
    ).toEqual([1, 0]);
  });

  it('an index by its keys, over two columns of new types, under a name that another one leaves', () => {
    expect(
      arranged(
        { drop_index: { table: 't', index: 'k' } },
        change,
        { change_type: { table: 't', column: 'd', type: 'int' } },
        {
          add_index: {
            table: 't',
            keys: 'c DESC NULLS LAST, lower(e), (d)',
            where: 'c > 0',
            include: ['f'],
            name: 'k',
          },
        },
      ),
    ).toMatchObject([
      { index: 1, wishes: { indexes: ['segue_new_tag_k'] } },
      { index: 2, wishes: { indexes: ['segue_new_tag_k'] } },
      {
        add_index: {
          keys: '"segue_new_tag_c" DESC NULLS LAST, lower(e), ("segue_new_tag_d")',
          where: '"segue_new_tag_c" > 0',
          include: ['f'],
          name: 'segue_new_tag_k',
        },
      },
      { drop_index: { index: 'k' } },
      { rename_index: { to: 'k' } },
    ]);
  });

  it('an index over a column of a new type is built over what takes its place', () => {
    expect(arranged(change, { add_index: { table: 't', columns: ['c', 'd'] } })).toMatchObject([
      { index: 0, wishes: { indexes: ['t_c_d_idx'] } },
      { add_index: { columns: ['segue_new_tag_c', 'd'], name: 't_c_d_idx' }, index: 1 },
    ]);
    expect(arranged(change, { add_check: { table: 't', check: 'c > d' } })).toMatchObject([
      { index: 0 },
      { add_check: { check: '"segue_new_tag_c" > d' } },
    ]);
  });
});
