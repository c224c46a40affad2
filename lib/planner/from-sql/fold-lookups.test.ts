import { describe, expect, it } from 'vitest';
import { readingOf } from '@/test/memory-of';

const HISTORY = `
  CREATE TABLE people (id int PRIMARY KEY, mail text UNIQUE, shop_id int);
  CREATE TABLE posts (id int PRIMARY KEY, mail text, kind text, parent int);`;

const read = (text: string) => readingOf(text, HISTORY);
const ADD = 'ALTER TABLE posts ADD COLUMN person int;';
const FIND =
  'UPDATE posts SET person = (SELECT u.id FROM people u WHERE u.mail = posts.mail) WHERE person IS NULL;';
const REMOVE = 'DELETE FROM posts WHERE person IS NULL;';
const SET = 'ALTER TABLE posts ALTER COLUMN person SET NOT NULL;';
const DROP = 'ALTER TABLE posts DROP COLUMN mail;';
const LOOKUP = '(SELECT u.id FROM "public".people u WHERE u.mail = posts.mail)';
const operations = (text: string) => read(text).spec?.operations;

describe('a column that is filled from other tables', () => {
  it('is one with its value; what finds nothing goes before', () => {
    const text = `${ADD}${FIND}${REMOVE}${SET}`;
    expect(operations(text)).toMatchObject([
      { kind: 'delete_rows', as: undefined, where: `(${LOOKUP}\n) IS NULL` },
      { kind: 'add_column', column: 'person', value: LOOKUP, nullable: false },
    ]);
    expect(read(text).statements.map(({ fate }) => fate)).toEqual([
      { kind: 'operation', operations: [1] },
      { kind: 'operation', operations: [1] },
      { kind: 'operation', operations: [0] },
      { kind: 'operation', operations: [1] },
    ]);
  });

  it('follows a column that goes away', () => {
    expect(operations(`${ADD}${FIND}${REMOVE}${SET}${DROP}`)).toMatchObject([
      { kind: 'delete_rows' },
      { kind: 'add_column', value: LOOKUP, nullable: false, follows: true },
      { kind: 'drop_column', column: 'mail' },
    ]);
    expect(operations(`${ADD}${FIND}${DROP}`)).toMatchObject([
      { kind: 'add_column', value: LOOKUP, nullable: true, follows: true },
      { kind: 'drop_column' },
    ]);
    // Nothing goes away: a NULL of new code must stay one.
    expect(operations(`${ADD}${FIND}`)).toMatchObject([{ kind: 'add_column' }, { kind: 'update_rows' }]);
  });

  it('takes FROM, conditions and one UPDATE after the other', () => {
    const value = (updates: string) => {
      const made = operations(`${ADD}${updates}${REMOVE}${SET}`)?.find(({ kind }) => kind === 'add_column');
      return made?.kind === 'add_column' ? made.value : null;
    };
    expect(
      value('UPDATE posts p SET person = u.id FROM people u WHERE u.mail = p.mail AND u.shop_id = 1;'),
    ).toBe('(SELECT u.id FROM "public".people u WHERE (u.mail = "posts".mail) AND (u.shop_id = 1) LIMIT 1)');
    expect(
      value(
        "UPDATE posts SET person = 1 WHERE kind = 'a' AND person IS NULL; UPDATE posts SET person = 2 WHERE person IS NULL;",
      ),
    ).toBe("COALESCE(CASE WHEN (kind = 'a') THEN 1 END, 2)");
    // BETWEEN and OR are not taken apart.
    expect(value("UPDATE posts SET person = 1 WHERE id BETWEEN 1 AND 5 AND kind = 'a';")).toBe(
      "CASE WHEN (id BETWEEN 1 AND 5 AND kind = 'a') THEN 1 END",
    );
  });

  it('is asked where rows stay NULL and nothing says what becomes of them', () => {
    expect(read(`${ADD}${FIND}${SET}`).questions).toMatchObject([{ id: 'value:public.posts.person' }]);
  });

  it.each([
    ['overwrites', "UPDATE posts SET person = 7 WHERE kind = 'x';"],
    ['writes what the value is computed from', 'UPDATE people SET mail = lower(mail);'],
    ['writes other columns of the rows', "UPDATE posts SET mail = 'x';"],
    ['deletes by the column', 'DELETE FROM posts WHERE person > 5;'],
  ])('an UPDATE or DELETE between that %s keeps them apart', (_, between) => {
    const { spec, questions } = read(`${ADD}${FIND}${between}${REMOVE}${SET}`);
    expect(spec).toBeNull();
    expect(questions).toMatchObject([{ id: 'value:public.posts.person' }]);
  });

  it('of rows of the same table under another name it stays an UPDATE', () => {
    const { questions } = read(
      `${ADD}UPDATE posts p SET person = (SELECT max(posts.id) FROM posts WHERE posts.parent = p.id);${REMOVE}${SET}`,
    );
    expect(questions).toMatchObject([{ id: 'value:public.posts.person' }]);
  });
});
