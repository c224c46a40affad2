import { describe, expect, it } from 'vitest';
import { arranged } from '@/test/arranged';

const dropDefault = { drop_default: { table: 't', column: 'c' } } as const;

describe('tables', () => {
  const rename = { rename_table: { table: 't', to: 'u' } } as const;

  it('one that is renamed and changed has its new name from the beginning', () => {
    expect(
      arranged(
        { add_column: { table: 't', column: 'a', type: 'int' } },
        { create_table: { table: 'w', definition: 'id int REFERENCES public.t' } },
        rename,
        { add_index: { table: 'u', columns: ['a'] } },
        { add_foreign_key: { table: 'v', columns: ['t_id'], references: 't' } },
      ),
    ).toMatchObject([
      { create_table: {} },
      { rename_table: {}, early: 'adds' },
      { add_column: { table: { name: 'u' } }, index: 0 },
      { add_index: { table: { name: 'u' } } },
      { add_foreign_key: { references: { name: 't' } } },
    ]);
    expect(arranged(rename, dropDefault)).toMatchObject([{ early: 'adds' }, {}]);
    expect(arranged(rename, { add_column: { table: 'x', column: 'a', type: 'int' } })[0]).not.toHaveProperty(
      'early',
    );
    expect(arranged(rename, { change_type: { table: 'u', column: 'c', type: 'int' } })[0]?.early).toBe(
      'swaps',
    );
    expect(arranged(rename, { drop_column: { table: 'u', column: 'c' } })[0]?.early).toBe('moves');
  });

  it('a new one waits for the key that it rests on, and others wait for it', () => {
    const on = (references: string) =>
      `id int PRIMARY KEY, a int, b int, FOREIGN KEY (a, b) REFERENCES ${references}`;
    const list = [
      { create_table: { table: 'one', definition: on('public.t (b, a)') } },
      { create_table: { table: 'two', definition: 'id int REFERENCES public.one' } },
      { create_table: { table: 'other', definition: 'id int' } },
      { set_default: { table: 'one', column: 'a', default: '1' } },
    ] as const;
    const key = { add_unique: { table: 't', columns: ['a', 'b'] } };
    expect(arranged(...list, key).map(({ index, notBefore }) => [index, notBefore])).toEqual([
      [2, undefined],
      [4, undefined],
      [0, 'dual_write'],
      [1, 'dual_write'],
      [3, undefined],
    ]);
    expect(arranged(...list).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  });
});
