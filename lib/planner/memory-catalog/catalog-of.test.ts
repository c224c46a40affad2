import { describe, expect, it } from 'vitest';
import { readMigration } from '@/lib/sql/migration/read-migration';
import '@/lib/sql/parse-tree';
import type { Catalog } from '../catalog';
import { indexOfCatalog } from '../catalog-index';
import { migrationJudge } from '../lint/migration-judge';
import { relationLabel } from '../plan-parts';
import { applyStatement } from './apply-statement';
import { catalogOf, catalogReader } from './catalog-of';
import { copyMemory } from './copy-memory';
import { emptyMemory } from './memory';

const HISTORY = `
CREATE TABLE teams (id serial PRIMARY KEY, name text NOT NULL UNIQUE, lead_id int);
CREATE TABLE people (id serial PRIMARY KEY, team_id int NOT NULL REFERENCES teams, mail text CHECK (mail <> ''));
ALTER TABLE teams ADD FOREIGN KEY (lead_id) REFERENCES people;
CREATE INDEX ON people (mail);
CREATE INDEX ON people (mail);
CREATE VIEW names AS SELECT name FROM teams;
CREATE TYPE mood AS ENUM ('good');
ALTER TABLE people ADD COLUMN mood mood NOT NULL DEFAULT 'good';
ALTER TYPE mood ADD VALUE 'bad';
CREATE TABLE events (id int, at date NOT NULL, team_id int REFERENCES teams) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE INDEX events_team ON events (team_id);
CREATE TABLE logs (at date);
CREATE TABLE old_logs () INHERITS (logs);
ALTER TABLE logs ADD COLUMN text text;
ALTER TABLE people DROP CONSTRAINT people_team_id_fkey;
ALTER TABLE people ADD CONSTRAINT people_team FOREIGN KEY (team_id) REFERENCES teams;
ALTER TABLE teams RENAME TO groups;
CREATE TABLE teams (id int PRIMARY KEY, name text NOT NULL, name_not int NOT NULL);
ALTER INDEX people_mail_idx RENAME TO people_mails;
CREATE INDEX ON people (mail);
DROP VIEW names;
ALTER TABLE people DROP COLUMN mail;
DROP TABLE groups CASCADE;
CREATE TABLE groups (id serial PRIMARY KEY, team_id int REFERENCES teams, person_id int REFERENCES people);
CREATE MATERIALIZED VIEW sums AS SELECT count(*) FROM people;
CREATE INDEX sums_index ON sums ((1));
ALTER TABLE events DETACH PARTITION events_1;
ALTER TABLE people SET SCHEMA hr;
`;

const migration = readMigration(HISTORY);
const statements = migration.items.flatMap((item) => (item.type === 'statement' ? [item] : []));

/** Everything that the entries tell, with the names that they gather only when they are asked. Views may stand among the tables. */
const shown = (catalog: Catalog): unknown => ({
  ...catalog,
  tables: JSON.parse(
    JSON.stringify([...catalog.tables].sort((a, b) => (relationLabel(a) < relationLabel(b) ? -1 : 1))),
  ),
  schemas: JSON.parse(JSON.stringify(catalog.schemas)),
});

describe('a catalog that is followed', () => {
  it('is after each statement what it would be if it were read anew', () => {
    const memory = emptyMemory(18);
    const read = catalogReader(memory);
    for (const statement of statements) {
      applyStatement(memory, statement);
      const anew = catalogOf(copyMemory(memory));
      expect(shown(read()), statement.text).toEqual(shown(anew));
    }
  });

  it('finds tables and indexes by their names as a search through all of it does', () => {
    const memory = emptyMemory(18);
    const read = catalogReader(memory);
    for (const statement of statements) {
      applyStatement(memory, statement);
      const catalog = read();
      const found = indexOfCatalog(catalog);
      for (const table of catalog.tables) {
        expect(found.table(table)).toBe(table);
        for (const { name } of table.indexes)
          expect(found.index({ schema: table.schema, name })?.table).toBe(table);
      }
      for (const name of ['people_mail_idx', 'names', 'people_mail_idx2', 'old']) {
        const place = { schema: 'public', name };
        const holder = catalog.tables.find(({ indexes }) => indexes.some((index) => index.name === name));
        expect(found.index(place)?.table, `${statement.text} ${name}`).toBe(holder);
      }
    }
  });

  it('chooses the names that a memory without a past chooses', () => {
    const memory = emptyMemory(18);
    for (const statement of statements) {
      const other = copyMemory(memory);
      applyStatement(other, statement);
      applyStatement(memory, statement);
      expect([...memory.tables.values()], statement.text).toEqual([...other.tables.values()]);
    }
  });

  it('a judge still knows the schema before the statement that it judged', () => {
    const memory = emptyMemory(18);
    const judge = migrationJudge(migration, memory, catalogReader(memory), {
      major: 18,
      timeZone: null,
      complete: true,
    });
    for (const [at, statement] of statements.entries()) {
      const before = copyMemory(memory);
      judge.judge(statement);
      // Asked now and then only: it catches up.
      if (at % 3 === 0) expect([...judge.before().tables.values()]).toEqual([...before.tables.values()]);
    }
  });
});
