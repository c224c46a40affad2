import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { FEWER_MAJORS } from '@/test/postgres/test-majors';
import { openTarget } from '../target';
import { fillTables } from './fill-tables';

const SCHEMA = `
  CREATE TYPE mood AS ENUM ('sad', 'happy');
  CREATE DOMAIN short AS varchar(9) CHECK (VALUE <> '');
  CREATE TABLE teams (id serial PRIMARY KEY, name varchar(20) NOT NULL UNIQUE, tenant int NOT NULL, UNIQUE (tenant, id));
  CREATE TABLE users (
    id uuid PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY, email text NOT NULL, boss uuid REFERENCES users, mood mood NOT NULL, tag short,
    tenant int NOT NULL, team_id int, age smallint CHECK (age >= 18 AND age < 100), status text NOT NULL CHECK (status IN ('on', 'off')),
    tags text[] NOT NULL DEFAULT '{}', settings jsonb NOT NULL DEFAULT '{}', price numeric(6,2), day date, at timestamptz NOT NULL, doubled int GENERATED ALWAYS AS (age * 2) STORED,
    first_post int, raw bytea, span int4range, flag boolean NOT NULL, code char(3) NOT NULL,
    FOREIGN KEY (tenant, team_id) REFERENCES teams (tenant, id));
  CREATE UNIQUE INDEX users_email ON users (lower(email));
  CREATE TABLE profiles (user_id uuid PRIMARY KEY REFERENCES users, bio text CHECK (length(bio) BETWEEN 1 AND 30));
  CREATE TABLE members (user_id uuid REFERENCES users, team_id int REFERENCES teams, since date NOT NULL, PRIMARY KEY (user_id, team_id));
  CREATE TABLE posts (id int PRIMARY KEY, author uuid NOT NULL REFERENCES users, title text NOT NULL CHECK (title ~ '^[a-z]' OR title = ''));
  ALTER TABLE users ADD FOREIGN KEY (first_post) REFERENCES posts;
  CREATE TABLE "Odd.table" ("Odd ""x""" int PRIMARY KEY, "order" text);
  CREATE TABLE nothing (id serial PRIMARY KEY);
  CREATE TABLE impossible (id int NOT NULL CHECK (id % 7 = 9));
  CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
  CREATE TABLE events_all PARTITION OF events DEFAULT;`;

describe.each(FEWER_MAJORS)('rows that satisfy a schema, on PostgreSQL %i', (major) => {
  let first: TestDatabase;
  let second: TestDatabase;
  beforeAll(async () => {
    first = await createTestDatabase({ major, setup: SCHEMA });
    second = await createTestDatabase({ major, setup: SCHEMA });
  });
  afterAll(async () => {
    await first.drop();
    await second.drop();
  });

  const fill = async (database: TestDatabase, seed: number) => {
    const target = openTarget({ url: database.owner.url });
    const sql = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
    try {
      const filled = await fillTables(target, { rows: 60, seed });
      const [row] = await sql<Record<string, number>[]>`
        SELECT count(*) FILTER (WHERE boss IS NOT NULL)::int AS bosses, count(*) FILTER (WHERE first_post IS NOT NULL)::int AS rings, count(*) FILTER (WHERE team_id IS NOT NULL)::int AS teams,
          count(*) FILTER (WHERE tag IS NULL)::int AS nulls, count(DISTINCT mood)::int AS moods, count(*) FILTER (WHERE email ~ '[^ -~]' OR length(email) > 99 OR email LIKE '%''%')::int AS wild FROM users`;
      const [text] = await sql<
        { all: string }[]
      >`SELECT md5(string_agg(u::text, ',' ORDER BY id)) AS all FROM users u`;
      return { filled, row, text: text?.all };
    } finally {
      await Promise.all([sql.end(), target.close()]);
    }
  };

  it('fills every table that it can, names the others, and does the same for the same seed', async () => {
    const { filled, row, text } = await fill(first, 3);
    expect(filled.empty).toEqual(['public.impossible']);
    for (const [label, count] of filled.rows)
      if (label !== 'public.impossible' && label !== 'public.posts')
        expect(count, label).toBeGreaterThanOrEqual(label === 'public.profiles' ? 30 : 50);
    expect(filled.rows.get('public.posts')).toBeGreaterThan(20);
    for (const [name, count] of Object.entries(row ?? {}))
      expect(count, name).toBeGreaterThan(name === 'moods' ? 1 : 2);
    expect((await fill(second, 3)).text).toBe(text);
  });
});
