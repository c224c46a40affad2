import { describe, expect, it } from 'vitest';
import { compiledOf, readingOf, specOf } from '@/test/memory-of';

const HISTORY = `
  CREATE TABLE shops (id int PRIMARY KEY, name varchar(20) NOT NULL, owner text, kind varchar(10));
  CREATE TABLE bills (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops ON DELETE CASCADE, note text, code varchar(10), paid_by text);
  CREATE TABLE lines (id int PRIMARY KEY, bill_id int NOT NULL REFERENCES bills ON DELETE CASCADE);
  CREATE TABLE tags (id int PRIMARY KEY, bill_id int REFERENCES bills ON DELETE SET NULL);
  CREATE TABLE logs (at timestamptz, text text);
  CREATE UNIQUE INDEX bills_code ON bills (code);`;

const read = (text: string, answers?: Record<string, string>, history = HISTORY) =>
  readingOf(text, history, answers);
const operations = (text: string, answers?: Record<string, string>) =>
  specOf(text, HISTORY, answers).operations;
const planOf = (text: string, history = HISTORY) => compiledOf(text, history).plan;
const stepsOf = (text: string, phase: string, history?: string) =>
  planOf(text, history).phases.find(({ kind }) => kind === phase)?.steps ?? [];

describe('DELETE and TRUNCATE', () => {
  it('become delete_rows; other tables in USING are asked whether a row is in them', () => {
    expect(operations('DELETE FROM lines l WHERE l.id > 3')).toEqual([
      { kind: 'delete_rows', table: { schema: 'public', name: 'lines' }, as: 'l', where: 'l.id > 3' },
    ]);
    expect(
      operations('DELETE FROM lines a USING lines b WHERE a.bill_id = b.bill_id AND a.id > b.id'),
    ).toEqual([
      {
        kind: 'delete_rows',
        table: { schema: 'public', name: 'lines' },
        as: 'a',
        where: 'EXISTS (SELECT FROM "public".lines b WHERE a.bill_id = b.bill_id AND a.id > b.id)',
      },
    ]);
    expect(operations('TRUNCATE lines')).toMatchObject([{ kind: 'delete_rows', where: undefined }]);
  });

  it('what could not be brought back row by row is asked', () => {
    const asks = (text: string) =>
      expect(read(text).questions).toMatchObject([{ kind: 'way-back', required: true }]);
    // Rows of another table would lose their reference.
    asks('DELETE FROM bills WHERE id = 1');
    // … at the end of a chain.
    asks('DELETE FROM shops WHERE id = 1');
    asks('DELETE FROM logs');
    asks('DELETE FROM lines WHERE id = 1 RETURNING id');
    asks('TRUNCATE lines RESTART IDENTITY');
    asks('TRUNCATE lines, tags');
  });

  it('rows that go with them are kept after those that they reference', () => {
    const history = HISTORY.replace(/.*CREATE TABLE tags.*\n/, '');
    const [keep, remove] = stepsOf('DELETE FROM shops WHERE owner IS NULL', 'dual_write', history);
    expect(keep?.sql.filter((sql) => sql.startsWith('CREATE TABLE'))).toHaveLength(3);
    expect(remove?.backfill?.deletes?.tables.map(({ table }) => table.name)).toEqual([
      'shops',
      'bills',
      'lines',
    ]);
    expect(remove?.backfill?.deletes?.computed).toBe(false);
  });

  it('rows that depend on others of the table are found before the first one goes', () => {
    expect(
      stepsOf(
        'DELETE FROM lines a USING lines b WHERE a.bill_id = b.bill_id AND a.id > b.id',
        'dual_write',
      ).map(({ id }) => id),
    ).toEqual(['1.dual_write.keep', '1.dual_write.find', '1.dual_write.delete']);
  });
});

describe('INSERT', () => {
  it('is undone by deleting what it added, as far as code left it so', () => {
    const [insert, last] = operations('INSERT INTO lines (id, bill_id) SELECT id + 100, id FROM bills');
    expect(insert).toMatchObject({
      kind: 'free_sql',
      phase: 'dual_write',
      up: expect.stringMatching(
        /WITH added AS \(INSERT INTO lines[\s\S]*RETURNING "lines"."id", "lines"."bill_id"\)/,
      ),
      down: expect.stringMatching(
        /DELETE FROM "public"."lines"[\s\S]*record_image_eq[\s\S]*DROP TABLE segue\./,
      ),
    });
    expect(last).toMatchObject({
      kind: 'free_sql',
      phase: 'purge',
      up: expect.stringMatching(/DROP TABLE (IF EXISTS )?segue\./),
    });
  });

  it('rows that it changes instead get their old values back, as far as code left those', () => {
    const [insert, last] = operations(
      "INSERT INTO bills (id, shop_id, code) SELECT id + 9, id, 'c' FROM shops ON CONFLICT (code) DO UPDATE SET note = 'twice', paid_by = NULL",
    );
    expect(insert).toMatchObject({
      up: expect.stringMatching(
        /LEFT JOIN LATERAL [\s\S]*FROM "public"."bills" AS p WHERE p."id" = n."id" OFFSET 0/,
      ),
      down: expect.stringMatching(
        /DELETE FROM [\s\S]* NOT a.segue_was [\s\S]*SET "note" = a.segue_old_0, "paid_by" = a.segue_old_1 FROM[\s\S]*record_image_eq\(ROW\(t."note", t."paid_by"\)/,
      ),
    });
    expect(last).toMatchObject({ phase: 'purge' });
    const [step] = stepsOf(
      'INSERT INTO lines VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET bill_id = 2',
      'dual_write',
    );
    expect(step?.locks).toContainEqual({ relation: 'public.lines', mode: 'ROW EXCLUSIVE' });
  });

  it('asks where rows would get another key, or cannot be found again', () => {
    for (const text of [
      'INSERT INTO lines VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET id = 2',
      "INSERT INTO logs VALUES (now(), 'x')",
    ])
      expect(read(text).questions).toMatchObject([{ kind: 'way-back', required: true }]);
    expect(read('INSERT INTO lines VALUES (1, 1) ON CONFLICT DO NOTHING').questions).toEqual([]);
  });
});

describe('rows moved beside what the same file takes away', () => {
  const COPY =
    'CREATE TABLE notes (id int PRIMARY KEY, text text); INSERT INTO notes SELECT id, note FROM bills WHERE note IS NOT NULL;';

  it('run in Sync, while the old column or table is there', () => {
    const plan = planOf(`${COPY} ALTER TABLE bills DROP COLUMN note;`);
    expect(plan.phases.map(({ kind }) => kind)).toEqual([
      'expand',
      'dual_write',
      'switch',
      'contract',
      'purge',
    ]);
    expect(() =>
      planOf(
        `CREATE TABLE notes (id int PRIMARY KEY, at timestamptz); INSERT INTO notes SELECT 1, min(at) FROM logs; DROP TABLE logs;`,
      ),
    ).not.toThrow();
  });

  it('a unique rule that the file takes away later still holds for them; one that it took away before does not', () => {
    const insert = "INSERT INTO bills (id, shop_id, code) SELECT id + 1000, id, 'c' || id FROM shops";
    expect(() => planOf(`${insert}; DROP INDEX bills_code;`)).not.toThrow();
    expect(() => planOf(`${insert} ON CONFLICT DO NOTHING; DROP INDEX bills_code;`)).not.toThrow();
    // It is there until Retire.
    expect(() => planOf(`DROP INDEX bills_code; ${insert};`)).toThrow(/free_sql cannot go together/);
    const history = HISTORY.replace(
      'CREATE UNIQUE INDEX bills_code ON bills (code)',
      'ALTER TABLE bills ADD CONSTRAINT bills_code UNIQUE (code)',
    );
    const drop = 'ALTER TABLE bills DROP CONSTRAINT bills_code;';
    // It goes in Add.
    expect(() => planOf(`${drop} ${insert};`, history)).not.toThrow();
    expect(() => planOf(`${insert}; ${drop}`, history)).not.toThrow();
    expect(() => planOf(`${insert} ON CONFLICT (code) DO NOTHING; ${drop}`, history)).toThrow(
      /free_sql cannot/,
    );
  });

  it('a new name is there in Sync, and filled; the old one only before the rename', () => {
    const copy = (column: string) =>
      `INSERT INTO lines (id, bill_id) SELECT id + 1000, id FROM bills WHERE ${column} <> '';`;
    const rename = 'ALTER TABLE bills RENAME COLUMN paid_by TO payer;';
    expect(() => planOf(`${rename} ${copy('payer')}`)).not.toThrow();
    expect(() => planOf(`${copy('paid_by')} ${rename}`)).not.toThrow();
    expect(() => planOf(`${copy('*')} ${rename}`.replace("* <> ''", 'bills.* IS NOT NULL'))).toThrow(
      /free_sql cannot/,
    );
  });

  it('what rests on a column for longer does not go beside its end', () => {
    const view = 'CREATE VIEW payers AS SELECT paid_by FROM bills;';
    expect(() => planOf(`${view} ALTER TABLE bills DROP COLUMN note;`)).not.toThrow();
    expect(() => planOf(`${view} ALTER TABLE bills RENAME COLUMN paid_by TO payer;`)).toThrow(
      /free_sql cannot/,
    );
  });

  it('a text column of another length is made after rows that fit both', () => {
    const narrow = (value: string) =>
      operations(`ALTER TABLE shops ALTER COLUMN name TYPE varchar(5); UPDATE shops SET name = '${value}'`);
    expect(narrow('five5').map(({ kind }) => kind)).toEqual(['update_rows', 'change_type']);
    expect(narrow('sixsix').map(({ kind }) => kind)).toEqual(['change_type', 'update_rows']);
    const widen = 'ALTER TABLE shops ALTER COLUMN kind TYPE varchar(30);';
    const kinds = (text: string) => operations(`${widen} ${text}`).map(({ kind }) => kind);
    expect(kinds("UPDATE shops SET kind = 'goal' WHERE kind = 'goals'")).toEqual([
      'update_rows',
      'change_type',
    ]);
    expect(kinds("UPDATE shops SET kind = 'longer than ten'")).toEqual(['change_type', 'update_rows']);
    expect(kinds('UPDATE shops SET kind = name')).toEqual(['change_type', 'update_rows']);
    const insert = (kind: string) =>
      `INSERT INTO shops (id, name, kind) SELECT id + 50, name, ${kind} FROM shops WHERE kind = 'a'`;
    expect(kinds(insert("'short'"))).toEqual(['free_sql', 'change_type', 'free_sql']);
    expect(kinds(insert('kind'))).toEqual(['free_sql', 'change_type', 'free_sql']);
    expect(kinds(insert("kind || 'x'"))).toEqual(['change_type', 'free_sql', 'free_sql']);
    expect(() => planOf(`${widen} ${insert("'short'")}`)).not.toThrow();
    expect(() => planOf(`${widen} ${insert("kind || 'x'")}`)).toThrow(/free_sql cannot/);
  });
});

describe('rows of a table that the same file makes', () => {
  const MOVED = `CREATE TABLE names (id int PRIMARY KEY, name text); INSERT INTO names SELECT id, name FROM shops;`;
  const fates = (text: string) => read(text).statements.map(({ fate }) => fate.kind);

  it('are changed after they are there, or not at all', () => {
    for (const later of [
      `UPDATE names SET name = 'x' WHERE name IS NULL`,
      'DELETE FROM names WHERE id > 3',
      `INSERT INTO names VALUES (7, 'seven')`,
      `ALTER TABLE names ALTER COLUMN name SET DEFAULT 'x'`,
      'ALTER TABLE names ALTER COLUMN name TYPE varchar(9)',
    ])
      expect(fates(`${MOVED} ${later};`), later).toEqual(['operation', 'operation', 'refused']);
  });

  it('also what rests on the change stays behind it', () => {
    expect(
      fates(
        `${MOVED} UPDATE names SET name = 'x' WHERE name IS NULL; ALTER TABLE names ALTER COLUMN name SET NOT NULL;`,
      ),
    ).toEqual(['operation', 'operation', 'refused', 'refused']);
  });

  it('and what fails either way, or concerns no row, still belongs to the making', () => {
    const made = operations(
      `${MOVED} CREATE INDEX ON names (name); ALTER TABLE names ADD CHECK (id > 0), ALTER COLUMN name SET NOT NULL;`,
    );
    expect(made.map(({ kind }) => kind)).toEqual(['create_table', 'free_sql', 'free_sql']);
    expect(
      operations(
        `CREATE TABLE names (id int, name text); INSERT INTO names VALUES (1, 'a'); UPDATE names SET name = 'b';`,
      ),
    ).toHaveLength(1);
  });
});
