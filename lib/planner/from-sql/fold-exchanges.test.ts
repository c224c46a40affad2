import { describe, expect, it } from 'vitest';
import { compiledOf, readingOf } from '@/test/memory-of';

const HISTORY = `
  CREATE TABLE bids (id int PRIMARY KEY, owner int, price int, note text);
  CREATE POLICY mine ON bids USING (owner = 1);
  ALTER POLICY mine ON bids USING (owner = 2);
  CREATE POLICY cap ON bids AS RESTRICTIVE USING (price < 9);
  CREATE POLICY moved ON bids USING (true);
  ALTER POLICY moved ON bids RENAME TO gone;
  CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION twice(n int4) RETURNS int LANGUAGE sql AS 'SELECT 2';
  CREATE FUNCTION twice(n varchar(3)) RETURNS int LANGUAGE sql AS 'SELECT 3';
  CREATE TRIGGER stamp BEFORE INSERT ON bids FOR EACH ROW EXECUTE FUNCTION stamp();
  CREATE VIEW low AS SELECT id FROM bids;`;

const read = (text: string, answers?: Record<string, string>) => readingOf(text, HISTORY, answers);
const operations = (text: string) => compiledOf(text, HISTORY).spec.operations;
const sql = (text: string) =>
  operations(text).map((operation) =>
    operation.kind === 'free_sql'
      ? [
          operation.phase,
          ...[operation.up, operation.down ?? ''].map((each) => each.replaceAll(/SET LOCAL.*;\n?/g, '')),
        ]
      : operation.kind,
  );

describe('dropped and made anew under one name', () => {
  it('a policy that gives rights stands beside the old one until Retire', () => {
    const [add, retire] = sql('DROP POLICY mine ON bids; CREATE POLICY mine ON bids USING (owner = 3);');
    expect(add?.[0]).toBe('expand');
    expect(add?.[1]).toMatch(
      /^ALTER POLICY "mine" ON "public"."bids" RENAME TO "(segue_old_\w+)";\nCREATE POLICY mine ON bids/,
    );
    expect(add?.[2]).toMatch(
      /^DROP POLICY "mine" ON "public"."bids";\nALTER POLICY "segue_old_\w+" .* RENAME TO "mine"$/,
    );
    expect(retire?.[0]).toBe('contract');
    expect(retire?.[2]).toMatch(
      /CREATE POLICY mine ON bids USING \(owner = 1\);\nALTER POLICY mine ON bids USING \(owner = 2\);/,
    );
    expect(
      read('DROP POLICY mine ON bids; CREATE POLICY mine ON bids USING (true);').statements.map(
        ({ fate }) => fate,
      ),
    ).toEqual([
      { kind: 'operation', operations: [0, 1] },
      { kind: 'operation', operations: [0, 1] },
    ]);
  });

  it.each([
    [
      'CREATE POLICY cap ON bids AS RESTRICTIVE USING (price < 8)',
      'DROP POLICY cap ON bids',
      'CREATE POLICY cap ON bids AS RESTRICTIVE USING (price < 9)',
    ],
    [
      'CREATE TRIGGER stamp AFTER INSERT ON bids FOR EACH ROW EXECUTE FUNCTION stamp()',
      'DROP TRIGGER IF EXISTS stamp ON bids',
      'CREATE TRIGGER stamp BEFORE',
    ],
    [
      'CREATE VIEW low AS SELECT id, note FROM bids',
      'DROP VIEW low',
      'CREATE VIEW low AS SELECT id FROM bids',
    ],
    [
      "CREATE FUNCTION twice(integer) RETURNS text LANGUAGE sql AS 'SELECT NULL'",
      'DROP FUNCTION twice(int)',
      "AS 'SELECT 2'",
    ],
  ])('%s is an exchange in one moment', (make, drop, before) => {
    const [only, ...rest] = sql(`${drop}; ${make};`);
    expect(rest).toEqual([]);
    expect(only?.[0]).toBe('switch');
    expect(only?.[1]).toContain(make);
    expect(only?.[2]).toMatch(/^DROP /);
    expect(only?.[2]).toContain(before);
  });

  it('asks where nobody knows how it was made, or where others go with it', () => {
    const asked = (text: string) => read(text).questions.map(({ id }) => id.replace(/:\w+$/, ''));
    expect(asked('DROP POLICY gone ON bids; CREATE POLICY gone ON bids USING (false);')).toEqual([
      'way-back:policy:public.bids gone',
    ]);
    expect(asked('DROP VIEW low CASCADE; CREATE VIEW low AS SELECT 1 AS one;')).toEqual([
      'way-back:view:public.low',
    ]);
  });

  it('without another one it goes at Retire; what is not there is nothing', () => {
    expect(sql('DROP TRIGGER stamp ON bids; DROP FUNCTION twice(int);').map((each) => each[0])).toEqual([
      'contract',
      'contract',
    ]);
    expect(sql('DROP POLICY gone ON bids').map((each) => each[0])).toEqual(['purge']);
    expect(read('DROP POLICY IF EXISTS nobody ON bids').statements[0]?.fate.kind).toBe('nothing');
  });

  it('is replaced in Add, or at Switch where columns get their values first', () => {
    const replace =
      "CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';";
    expect(sql(replace)[0]?.[0]).toBe('expand');
    expect(sql(replace)[0]?.[2]).toMatch(/CREATE OR REPLACE FUNCTION stamp\(\) .* 'BEGIN RETURN NEW; END'$/);
    expect(sql(`ALTER TABLE bids RENAME COLUMN note TO remark; ${replace}`)[1]?.[0]).toBe('switch');
  });
});
