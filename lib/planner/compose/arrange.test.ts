import { describe, expect, it } from 'vitest';
import { type TransitionFile, toTransitionSpec, transitionFileSchema } from '@/lib/core/operation';
import { bareForeignKey } from '@/lib/planner/bare-catalog';
import type { Catalog } from '@/lib/planner/catalog';
import { sampleCatalog, sampleTable } from '@/test/sample-catalog';
import { arrange } from './arrange';

/** What becomes of operations: kind, place, and what the case is about. */
const arranged = (...operations: TransitionFile['operations']) => arrangedIn(sampleCatalog(), ...operations);

function arrangedIn(catalog: Catalog, ...operations: TransitionFile['operations']) {
  const spec = toTransitionSpec(transitionFileSchema.parse({ name: 'x', operations }));
  return arrange(spec.operations, 'tag', catalog).map(({ operation, index, ...rest }) => {
    const { kind, ...body } = operation;
    return { [kind]: body, index, ...rest };
  });
}

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

describe('columns that foreign keys join', () => {
  const id = { key: [{ name: 'id', type: 'uuid' }], primaryKey: ['id'] };
  const key = (name: string, column: string, parent: string) =>
    bareForeignKey(name, [column], { schema: 'public', name: parent }, ['id']);
  const catalog = sampleCatalog(
    sampleTable([], { ...id, name: 'clubs' }),
    sampleTable([], { ...id, name: 'members', foreignKeys: [key('members_club', 'club', 'clubs')] }),
    sampleTable([], {
      ...id,
      name: 'visits',
      foreignKeys: [key('visits_member', 'member', 'members'), key('visits_club', 'club', 'clubs')],
    }),
  );
  const text = (table: string, column: string) => ({ change_type: { table, column, type: 'text' } }) as const;
  const add = (table: string, column: string, references: string, name: string) => ({
    add_foreign_key: { table, columns: [column], references, index: false, name },
  });
  const drop = (table: string, constraint: string) => ({ drop_constraint: { table, constraint } }) as const;
  const families = (...operations: TransitionFile['operations']) =>
    arrangedIn(catalog, ...operations).map(({ index, family }) => ({
      index,
      members: family?.members.map((member) => member.index),
      links: family?.links.map(({ dropped, key: { name } }) => [dropped, name]),
    }));

  it('change in one where each has its operation; the referenced one leads, wherever it stands', () => {
    expect(
      families(text('visits', 'club'), text('members', 'club'), text('clubs', 'id'), text('visits', 'id')),
    ).toEqual([{ index: 2, members: [0, 1], links: [] }, { index: 3 }]);
  });

  it('with foreign keys that are dropped and made anew, under other names too, and with new ones', () => {
    expect(
      families(
        drop('visits', 'visits_club'),
        drop('members', 'members_club'),
        text('visits', 'club'),
        text('members', 'club'),
        text('clubs', 'id'),
        add('visits', 'club', 'clubs', 'visits_of_club'),
        add('members', 'club', 'clubs', 'members_club'),
        add('visits', 'host', 'clubs', 'visits_host'),
      ),
    ).toEqual([
      {
        index: 4,
        members: [2, 3],
        links: [
          ['visits_club', 'visits_of_club'],
          ['members_club', 'members_club'],
          [null, 'visits_host'],
        ],
      },
    ]);
  });

  it('not where the foreign key goes for good: it goes first, and each changes by itself', () => {
    expect(families(text('members', 'club'), text('clubs', 'id'), drop('members', 'members_club'))).toEqual([
      { index: 2 },
      { index: 0 },
      { index: 1 },
    ]);
  });

  it('wishes of each stay its own', () => {
    const [found] = arrangedIn(catalog, text('clubs', 'id'), text('members', 'club'), {
      set_not_null: { table: 'members', column: 'club', value: "'x'" },
    });
    expect(found?.wishes).toBeUndefined();
    expect(found?.family?.members).toMatchObject([{ wishes: { notNull: { value: "'x'" } } }]);
  });
});
