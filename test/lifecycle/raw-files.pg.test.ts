import { describe, it } from 'vitest';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { endsAsItsFile, type RawFile } from './raw-file';

const NOTES = `
  CREATE TABLE notes (id bigint PRIMARY KEY, owner_id int NOT NULL, body text, size int NOT NULL DEFAULT 0, CONSTRAINT notes_size_check CHECK (size >= 0));
  INSERT INTO notes SELECT g, g % 7, 'note ' || g, g FROM generate_series(1, 200) g;
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes FOR SELECT TO :app USING (owner_id = 1);
  CREATE POLICY small ON notes AS RESTRICTIVE TO :app USING (size < 100) WITH CHECK (size < 100);
  COMMENT ON POLICY own ON notes IS 'whose';
  CREATE FUNCTION measure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.size := length(NEW.body); RETURN NEW; END $$;
  CREATE TRIGGER measure BEFORE INSERT OR UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION measure();
  ALTER TABLE notes ENABLE ALWAYS TRIGGER measure;
  COMMENT ON TRIGGER measure ON notes IS 'how long';
  CREATE FUNCTION double(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
  CREATE FUNCTION double(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT t || t';
  COMMENT ON FUNCTION double(int) IS 'twice';
  REVOKE ALL ON FUNCTION double(int) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION double(int) TO :app;
  CREATE VIEW short WITH (security_barrier = true) AS SELECT id, body FROM notes WHERE size < 10;
  GRANT SELECT (id) ON short TO :app;
  COMMENT ON VIEW short IS 'short ones';
  COMMENT ON COLUMN short.body IS 'what it says';
  CREATE MATERIALIZED VIEW counted AS SELECT owner_id, count(*) AS notes FROM notes GROUP BY owner_id;
  CREATE UNIQUE INDEX counted_owner ON counted (owner_id);`;

const policies = (name: string) =>
  `(SELECT array_agg(pg_get_expr(polqual, polrelid) ORDER BY 1) FROM pg_policy WHERE polrelid = 'notes'::regclass AND polname ~ '${name}')`;

const FILES: readonly RawFile[] = [
  {
    name: 'a policy that gives rights is made beside the old one, which goes at Retire',
    always: true,
    setup: NOTES,
    file: `DROP POLICY "own" ON "notes" CASCADE;
      CREATE POLICY "own" ON "notes" AS PERMISSIVE FOR SELECT TO :app USING (owner_id = 2);`,
    phases: ['expand', 'contract'],
    at: {
      0: `SELECT ${policies('own')} = ARRAY['(owner_id = 1)']`,
      1: `SELECT ${policies('own|segue_old')} = ARRAY['(owner_id = 1)', '(owner_id = 2)']`,
      2: `SELECT ${policies('own|segue_old')} = ARRAY['(owner_id = 2)']`,
    },
  },
  {
    name: 'policies that restrict, a trigger, functions and views: exchanged at once, as they were on the way back',
    always: true,
    setup: NOTES,
    file: `DROP POLICY small ON notes;
      CREATE POLICY small ON notes AS RESTRICTIVE TO :app USING (size < 50);
      DROP TRIGGER measure ON notes;
      CREATE TRIGGER measure AFTER UPDATE ON notes FOR EACH STATEMENT EXECUTE FUNCTION measure();
      DROP FUNCTION double(integer);
      CREATE FUNCTION double(n int4) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n::bigint * 2';
      DROP VIEW IF EXISTS short;
      CREATE VIEW short AS SELECT body AS said FROM notes WHERE size < 20;
      DROP MATERIALIZED VIEW counted;
      CREATE MATERIALIZED VIEW counted AS SELECT owner_id, sum(size) AS total FROM notes GROUP BY owner_id;`,
    phases: ['switch'],
  },
  {
    name: 'replaced in one statement: in Add, as they were on the way back',
    setup: NOTES,
    file: `CREATE OR REPLACE FUNCTION measure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.size := 1; RETURN NEW; END $$;
      CREATE OR REPLACE FUNCTION double(t text) RETURNS text LANGUAGE sql AS 'SELECT t';
      CREATE OR REPLACE VIEW short AS SELECT id, body, size FROM notes;
      CREATE OR REPLACE TRIGGER measure BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION measure();
      ALTER POLICY own ON notes USING (owner_id = 3);`,
    phases: ['expand'],
  },
  {
    name: 'dropped alone: at Retire; what is not there: nothing',
    setup: NOTES,
    file: `DROP TRIGGER IF EXISTS measure ON notes;
      DROP TRIGGER IF EXISTS another ON notes;
      DROP POLICY IF EXISTS another ON notes;
      DROP POLICY own ON notes;
      DROP VIEW IF EXISTS no_such_view;
      DROP FUNCTION IF EXISTS no_such_function;
      DROP FUNCTION double(text);
      DROP VIEW short`,
    phases: ['contract'],
  },
  {
    name: 'constraints dropped if they exist, and made',
    setup: NOTES,
    file: `ALTER TABLE notes DROP CONSTRAINT IF EXISTS notes_size_check;
      ALTER TABLE notes ADD CONSTRAINT notes_size_check CHECK (size >= -1);
      ALTER TABLE notes DROP CONSTRAINT IF EXISTS notes_body_check, ADD CONSTRAINT notes_body_check CHECK (body <> '');`,
    phases: ['dual_write', 'switch'],
  },
];

const EVENTS = `
  CREATE TABLE kinds (id int PRIMARY KEY);
  CREATE TABLE events (id bigint NOT NULL, day date NOT NULL, kind int REFERENCES kinds, note text DEFAULT 'none' CHECK (note <> ''), size int GENERATED ALWAYS AS (1) STORED, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE INDEX events_kind ON events (kind, note);
  CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
  INSERT INTO kinds VALUES (1);
  INSERT INTO events SELECT g, '2020-05-05', 1 FROM generate_series(1, 100) g;`;

const PARTITIONS: readonly RawFile[] = [
  {
    name: 'partitions of a new table and of one that is there',
    always: true,
    setup: EVENTS,
    file: `CREATE TABLE logs (id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL, what text NOT NULL, PRIMARY KEY (id, day, what)) PARTITION BY RANGE (day);
      CREATE TABLE logs_a PARTITION OF logs FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (what);
      CREATE TABLE logs_a_x PARTITION OF logs_a FOR VALUES IN ('x');
      CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
      CREATE TABLE logs_b (LIKE logs INCLUDING DEFAULTS);
      ALTER TABLE logs ATTACH PARTITION logs_b FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
      CREATE INDEX logs_what ON logs (what);
      COMMENT ON TABLE logs_a_x IS 'only x';
      CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
      CREATE TABLE events_next (LIKE events INCLUDING ALL);
      ALTER TABLE events ATTACH PARTITION events_next FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
      ALTER TABLE events_new ALTER COLUMN note SET DEFAULT 'new';`,
    phases: ['expand'],
  },
  {
    name: 'DETACH and ATTACH of a table that is there',
    setup: `${EVENTS} CREATE TABLE events_new (LIKE events INCLUDING ALL); ALTER TABLE events_new ADD CONSTRAINT events_kind_fkey FOREIGN KEY (kind) REFERENCES kinds;`,
    file: `ALTER TABLE events DETACH PARTITION events_old;
      ALTER TABLE events ATTACH PARTITION events_new FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');`,
    phases: ['dual_write', 'switch', 'contract'],
  },
];

const staff = (state: string) =>
  `(SELECT string_agg(login || ' ' || rank || ' ' || size, ', ' ORDER BY login) FROM staff) = ${state}`;

const ROWS: readonly RawFile[] = [
  {
    name: 'rows that an INSERT adds or changes: as they were on the way back, but for what code wrote since',
    always: true,
    setup: `CREATE TABLE staff (id int PRIMARY KEY, login text UNIQUE, rank text, size int DEFAULT 0);
      INSERT INTO staff SELECT ascii(l), l, 'old' FROM unnest('{a,b,c}'::text[]) l;
      CREATE TABLE crews (login text);
      INSERT INTO crews SELECT unnest('{a,b,d,e}'::text[]);
      CREATE TABLE written ();`,
    file: `INSERT INTO staff AS s (id, login, rank) SELECT ascii(login) + 100, login, 'chief' FROM crews
      ON CONFLICT (login) DO UPDATE SET rank = 'chief', size = s.size + 1 WHERE s.login <> 'z';`,
    phases: ['dual_write', 'purge'],
    at: {
      0: `SELECT ${staff(`CASE WHEN EXISTS (SELECT FROM written) THEN 'a old 0, b coded 1, c coded 0, e coded 0' ELSE 'a old 0, b old 0, c old 0' END`)}`,
      // Code at work: a changed row, one that was left alone and an added one.
      1: `WITH code AS (UPDATE staff SET rank = 'coded' WHERE login IN ('b', 'c', 'e')), mark AS (INSERT INTO written DEFAULT VALUES)
        SELECT ${staff(`CASE WHEN EXISTS (SELECT FROM written) THEN 'a chief 1, b chief 2, c coded 0, d chief 0, e chief 1' ELSE 'a chief 1, b chief 1, c old 0, d chief 0, e chief 0' END`)}`,
    },
  },
];

const PARTS = `CREATE TABLE parts (id bigint PRIMARY KEY, ext uuid NOT NULL DEFAULT gen_random_uuid(), place int NOT NULL DEFAULT 1, name text);
  COMMENT ON INDEX parts_pkey IS 'the key';
  INSERT INTO parts (id, name) SELECT g, 'part ' || g FROM generate_series(1, 200) g;`;

/** The columns of the primary key, and whether id is unique by itself. */
const keyed = (key: string, unique: boolean) =>
  `SELECT (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'parts'::regclass AND contype = 'p') = 'PRIMARY KEY (${key})'
    AND ${unique ? '' : 'NOT '}EXISTS (SELECT FROM pg_index WHERE indrelid = 'parts'::regclass AND indisunique AND pg_get_indexdef(indexrelid) LIKE '%(id)')`;

const KEYS: readonly RawFile[] = [
  {
    name: 'a primary key dropped and made of another column: unique by the old one until Delete',
    always: true,
    setup: PARTS,
    file: 'ALTER TABLE parts DROP CONSTRAINT parts_pkey; ALTER TABLE parts ADD PRIMARY KEY (ext);',
    phases: ['dual_write', 'switch', 'purge'],
    at: { 0: keyed('id', true), 1: keyed('id', true), 2: keyed('ext', true), 3: keyed('ext', false) },
  },
  {
    name: 'the same in one statement, of two columns under another name, with the old column unique for good',
    always: true,
    setup: PARTS,
    file: `ALTER TABLE parts DROP CONSTRAINT parts_pkey, ADD CONSTRAINT parts_key PRIMARY KEY (place, ext);
      ALTER TABLE parts ADD CONSTRAINT parts_id_key UNIQUE (id);`,
    phases: ['dual_write', 'switch', 'purge'],
    at: { 2: keyed('place, ext', true), 3: keyed('place, ext', true) },
  },
];

const ALL = [...FILES, ...PARTITIONS, ...ROWS, ...KEYS];
const CASES = process.env.SEGUE_TEST_FULL === '1' ? ALL : ALL.filter(({ always }) => always === true);

describe.each(FEWER_MAJORS)('migration files end as they would raw, on PostgreSQL %i', (major) => {
  it.each(CASES)('$name', async (raw) => {
    await endsAsItsFile(major, raw);
  });
});
