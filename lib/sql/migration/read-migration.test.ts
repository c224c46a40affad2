import { describe, expect, it } from 'vitest';
import { readMigration } from './read-migration';

const kinds = (text: string) =>
  readMigration(text).items.map((item) => (item.type === 'statement' ? item.kind : item.problem));
const places = (text: string) => readMigration(text).items.map(({ line, column }) => `${line}:${column}`);

describe('readMigration', () => {
  it('keeps the place of each statement, in characters, whatever stands before it', () => {
    const text =
      '\uFEFF-- é€ and 😀\r\nCREATE TABLE "ü" (id int);--> statement-breakpoint\r\n\r\n  ALTER TABLE "ü" ADD x int;';
    expect(kinds(text)).toEqual(['CreateStmt', 'AlterTableStmt']);
    expect(places(text)).toEqual(['2:1', '4:3']);
    expect(readMigration(text).items[1]?.text).toBe('ALTER TABLE "ü" ADD x int');
  });

  it.each(['', '   \n', '-- nothing\n', ';;', '\uFEFF'])('finds nothing in %j', (text) => {
    expect(kinds(text)).toEqual([]);
  });

  it('names line, column and caret of a fault, and reads the rest of the file', () => {
    const text = "SELECT 'é';\nALTER TABLE x\n\tADD COLUM y int;\nDROP TABLE z;";
    const { items } = readMigration(text);
    expect(items.map((item) => item.type)).toEqual(['statement', 'problem', 'statement']);
    expect(items[1]).toMatchObject({ line: 3, column: 14, message: 'syntax error at or near "int"' });
    expect(items[1]).toMatchObject({ caret: `\tADD COLUM y int;\n\t${' '.repeat(12)}^` });
    expect(items[2]).toMatchObject({ line: 4, kind: 'DropStmt' });
  });

  it('sets psql commands and rows of COPY apart', () => {
    const text = `\\set ON_ERROR_STOP on\nBEGIN;\nCOPY t (a) FROM stdin;\n1;2'\n\\.\nALTER TABLE t ADD b int;\nCOMMIT;`;
    expect(kinds(text)).toEqual([
      'psql',
      'TransactionStmt',
      'CopyStmt',
      'copy-data',
      'AlterTableStmt',
      'TransactionStmt',
    ]);
  });

  it('does not cut strings, dollar quotes, comments and atomic bodies', () => {
    const text = `SELECT 'a;''b', E'\\';', $$;$$, $x$ $$;$$ $x$ /* ; /* ; */ ; */;
      CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 2; END;
      this is wrong;
      SELECT ";" FROM t;`;
    expect(kinds(text)).toEqual(['SelectStmt', 'CreateFunctionStmt', 'syntax', 'SelectStmt']);
  });

  it('an unclosed string reaches to the end and is one problem', () => {
    expect(kinds("SELECT 1;\nSELECT 'abc;\nSELECT 2;")).toEqual(['SelectStmt', 'syntax']);
  });

  it('opens DO blocks: statements, what they tolerate and on what they depend', () => {
    const text = `DO $$ BEGIN
  ALTER TABLE "a" ADD CONSTRAINT "k" FOREIGN KEY ("b") REFERENCES "public"."c"("id");
EXCEPTION
  WHEN duplicate_object THEN null;
END $$;
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM information_schema.columns WHERE column_name = 'x') THEN
    ALTER TABLE t RENAME COLUMN x TO y;
    EXECUTE 'ALTER TABLE t ADD z int';
    EXECUTE format('ALTER TABLE %I ADD z int', 'q');
  END IF;
END $$;`;
    const [first, second] = readMigration(text).items;
    expect(first).toMatchObject({
      block: {
        statements: [
          { kind: 'AlterTableStmt', line: 2, column: 3, condition: null, tolerates: ['duplicate_object'] },
        ],
        opaque: [],
      },
    });
    expect(second).toMatchObject({
      line: 6,
      block: {
        statements: [
          {
            kind: 'RenameStmt',
            line: 9,
            column: 5,
            condition: expect.stringContaining('information_schema'),
          },
          { kind: 'AlterTableStmt', line: 10 },
        ],
        opaque: [{ line: 11 }],
      },
    });
  });

  it('a DO block in another language, and one that is no PL/pgSQL, are opaque', () => {
    const [other, broken] = readMigration(
      "DO LANGUAGE plpython3u $$ x = 1 $$; DO 'BEGIN nonsense here; END';",
    ).items;
    expect(other).toMatchObject({ block: { statements: [], opaque: [{ text: 'x = 1' }] } });
    expect(broken).toMatchObject({ block: { statements: [], opaque: [{ line: 1 }] } });
  });

  it('5 MB of statements are read in time that grows with their number alone', () => {
    const text = 'ALTER TABLE t ADD COLUMN c text;\n'.repeat(3000);
    expect(readMigration(`${text}wrong;`).items).toHaveLength(3001);
    expect(readMigration('('.repeat(100_000)).items).toHaveLength(1);
  });
});
