import { describe, expect, it } from 'vitest';
import type { TransitionFile } from '@/lib/core/operation';
import { bareForeignKey } from '@/lib/planner/bare-catalog';
import { arrangedIn } from '@/test/arranged';
import { sampleCatalog, sampleTable } from '@/test/sample-catalog';

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
