import { describe, expect, it } from 'vitest';
import { compiledOf, readingOf } from '@/test/memory-of';

const HISTORY = `
  CREATE TABLE shelves (id int PRIMARY KEY, code int NOT NULL UNIQUE, label text);
  CREATE TABLE tags (id int PRIMARY KEY, ext uuid NOT NULL, place int NOT NULL DEFAULT 1);
  CREATE TABLE books (id int PRIMARY KEY, shelf int CONSTRAINT books_shelf REFERENCES shelves, at_code int REFERENCES shelves (code));`;

const read = (text: string, answers?: Record<string, string>) => readingOf(text, HISTORY, answers);
const operations = (text: string, answers?: Record<string, string>) =>
  compiledOf(text, HISTORY, answers).spec.operations;

describe('a file names each column whose type it changes', () => {
  const alone = (text: string) =>
    operations(text).flatMap((each) => (each.kind === 'change_type' ? [[each.column, each.alone]] : []));

  it('what references a key keeps its type: by the primary key, by a column, and where the foreign key is dropped before', () => {
    expect(alone('ALTER TABLE shelves ALTER id TYPE bigint')).toEqual([['id', true]]);
    expect(alone('ALTER TABLE shelves ALTER code TYPE bigint')).toEqual([['code', true]]);
    expect(
      alone(
        `ALTER TABLE books DROP CONSTRAINT books_shelf; ALTER TABLE shelves ALTER id TYPE bigint;
         ALTER TABLE books ADD CONSTRAINT books_shelf FOREIGN KEY (shelf) REFERENCES shelves;`,
      ),
    ).toEqual([['id', true]]);
  });

  it('nothing is said of a column that nothing references', () => {
    expect(
      alone('ALTER TABLE books ALTER id TYPE bigint; ALTER TABLE shelves ALTER label TYPE varchar(9)'),
    ).toEqual([
      ['id', undefined],
      ['label', undefined],
    ]);
  });
});

describe('a new column with one value in all rows that is made unique', () => {
  const ADDED = 'ALTER TABLE books ADD COLUMN isbn text;';
  const question = (text: string) =>
    read(text).questions.map(({ id, required, suggestion }) => [id, required, suggestion]);
  const ASKED = [['value:public.books.isbn', true, 'gen_random_uuid()::text']];

  it.each([
    [`${ADDED} UPDATE books SET isbn = '0'; ALTER TABLE books ALTER isbn SET NOT NULL, ADD UNIQUE (isbn);`],
    [`${ADDED} UPDATE books SET isbn = '0'; CREATE UNIQUE INDEX ON books (lower(isbn));`],
    [
      `ALTER TABLE books ADD COLUMN isbn text NOT NULL DEFAULT '0'; ALTER TABLE books ALTER isbn DROP DEFAULT; ALTER TABLE books ADD UNIQUE (isbn);`,
    ],
  ])('asks for another value: %s', (text) => {
    expect(question(text)).toEqual(ASKED);
    expect(read(text).spec).toBeNull();
    expect(operations(text, { 'value:public.books.isbn': "'b' || id" })[0]).toMatchObject({
      kind: 'add_column',
      value: "'b' || id",
    });
    expect(() => operations(text, { 'value:public.books.isbn': "'b'" })).toThrow(
      /"public.books.isbn" is to be unique/,
    );
  });

  it('refuses a default that stays, and leaves alone what differs or is unique with others', () => {
    expect(() => operations(`ALTER TABLE books ADD COLUMN isbn text NOT NULL DEFAULT '0' UNIQUE`)).toThrow(
      /its default is the same in every row: '0'/,
    );
    for (const text of [
      `${ADDED} UPDATE books SET isbn = 'b' || id; ALTER TABLE books ADD UNIQUE (isbn);`,
      `${ADDED} UPDATE books SET isbn = '0'; ALTER TABLE books ADD UNIQUE (isbn, shelf);`,
      `${ADDED} UPDATE books SET isbn = '0'; CREATE UNIQUE INDEX ON books (isbn) WHERE shelf > 3;`,
      `${ADDED} UPDATE books SET isbn = '0'; CREATE INDEX ON books (isbn);`,
      'ALTER TABLE books ADD COLUMN isbn text DEFAULT NULL; ALTER TABLE books ADD UNIQUE (isbn);',
      'ALTER TABLE books ADD COLUMN isbn uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;',
      `CREATE TABLE mags (id int PRIMARY KEY); ALTER TABLE mags ADD isbn text DEFAULT '0'; ALTER TABLE mags ADD UNIQUE (isbn);`,
    ]) {
      expect(question(text), text).toEqual([]);
      expect(operations(text), text).not.toEqual([]);
    }
  });
});

describe('a constraint dropped and made anew under its name in one statement', () => {
  it.each([
    [
      'ALTER TABLE books DROP CONSTRAINT books_shelf, ADD CONSTRAINT books_shelf FOREIGN KEY (shelf) REFERENCES shelves ON DELETE CASCADE',
      ['drop_constraint', 'add_foreign_key'],
    ],
    [
      'ALTER TABLE shelves DROP CONSTRAINT shelves_code_key, ADD CONSTRAINT shelves_code_key UNIQUE (code, label)',
      ['drop_constraint', 'add_unique'],
    ],
    ['ALTER TABLE books DROP CONSTRAINT books_pkey, ADD PRIMARY KEY (shelf)', ['replace_primary_key']],
  ])('is not lost: %s', (text, kinds) => {
    expect(read(text).spec?.operations.map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('a primary key dropped and made of other columns', () => {
  it.each([
    [
      'ALTER TABLE tags DROP CONSTRAINT tags_pkey; ALTER TABLE tags ADD PRIMARY KEY (ext);',
      'tags_pkey',
      ['ext'],
    ],
    [
      'ALTER TABLE tags DROP CONSTRAINT tags_pkey, ADD PRIMARY KEY (place, ext);',
      'tags_pkey',
      ['place', 'ext'],
    ],
    [
      'ALTER TABLE tags DROP CONSTRAINT tags_pkey; ALTER TABLE tags ADD CONSTRAINT tags_key PRIMARY KEY (ext);',
      'tags_key',
      ['ext'],
    ],
    [
      'ALTER TABLE tags DROP CONSTRAINT IF EXISTS tags_pkey; COMMENT ON TABLE books IS $$b$$; ALTER TABLE tags ADD CONSTRAINT tags_pkey PRIMARY KEY (ext);',
      'tags_pkey',
      ['ext'],
    ],
  ])('is one change: %s', (text, name, columns) => {
    expect(operations(text).filter(({ kind }) => kind !== 'free_sql')).toEqual([
      {
        kind: 'replace_primary_key',
        table: { schema: 'public', name: 'tags' },
        columns,
        name,
        dropUnique: true,
      },
    ]);
  });

  it('stays two, and is refused, where foreign keys rest on the old key', () => {
    const text =
      'ALTER TABLE shelves DROP CONSTRAINT shelves_pkey; ALTER TABLE shelves ADD PRIMARY KEY (code);';
    expect(read(text).spec?.operations.map(({ kind }) => kind)).toEqual([
      'drop_constraint',
      'replace_primary_key',
    ]);
    expect(() => operations(text)).toThrow();
  });

  it('a column that may be NULL is refused with the way out', () => {
    expect(() => operations('ALTER TABLE books DROP CONSTRAINT books_pkey, ADD PRIMARY KEY (shelf)')).toThrow(
      /may be NULL/,
    );
  });

  it.each([
    ['ALTER TABLE tags DROP CONSTRAINT tags_pkey, ADD PRIMARY KEY (ext) INCLUDE (place)'],
    [
      'CREATE UNIQUE INDEX tags_ext ON tags (ext); ALTER TABLE tags DROP CONSTRAINT tags_pkey, ADD CONSTRAINT tags_k PRIMARY KEY USING INDEX tags_ext',
    ],
    [
      'CREATE UNIQUE INDEX tags_ext ON tags (ext); ALTER TABLE tags ADD CONSTRAINT tags_u UNIQUE USING INDEX tags_ext',
    ],
  ])('what the operation does not have is refused: %s', (text) => {
    expect(read(text).statements.at(-1)?.fate).toMatchObject({
      kind: 'refused',
      code: 'unique-options',
    });
  });
});

describe('a new table that references a key which the same file replaces', () => {
  it.each([
    ['ALTER TABLE shelves ALTER id TYPE bigint; CREATE TABLE pins (shelf bigint REFERENCES shelves);'],
    ['CREATE TABLE pins (shelf int REFERENCES shelves (code)); ALTER TABLE shelves ALTER code TYPE bigint;'],
    [
      'CREATE TABLE pins (shelf int); ALTER TABLE shelves ALTER id TYPE bigint; ALTER TABLE pins ADD CONSTRAINT p FOREIGN KEY (shelf) REFERENCES shelves (id);',
    ],
    [
      'ALTER TABLE books DROP CONSTRAINT books_at_code_fkey; ALTER TABLE shelves RENAME code TO number; CREATE TABLE pins (shelf int REFERENCES shelves (number));',
    ],
  ])('is refused with the way out: %s', (text) => {
    expect(() => operations(text)).toThrow(/The new table "public.pins" .* references "public.shelves"/);
  });

  it('goes where the key is another one', () => {
    const text =
      'ALTER TABLE shelves ALTER id TYPE bigint; CREATE TABLE pins (shelf int REFERENCES shelves (code), up int REFERENCES books);';
    expect(operations(text)).toHaveLength(2);
  });
});
