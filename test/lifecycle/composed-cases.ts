import type { DirectCase } from './direct-case';

const PEOPLE = `
  CREATE TABLE teams (id int PRIMARY KEY, name text NOT NULL, city text);
  INSERT INTO teams SELECT g, 'team ' || g, 'City ' || g % 3 FROM generate_series(1, 10) g;
  CREATE TABLE people (id bigint PRIMARY KEY, email text NOT NULL, team_id int, city text, age int NOT NULL DEFAULT 7, rank int, meta jsonb DEFAULT '{}');
  INSERT INTO people SELECT g, 'Person' || g || '@Example.com', 1 + g % 10, NULL, g % 90 FROM generate_series(1, 700) g;
  CREATE INDEX people_email_idx ON people (email);
  CREATE INDEX people_city_idx ON people (city);
  ALTER TABLE people ADD CONSTRAINT people_age_check CHECK (age >= 0), ADD CONSTRAINT people_team_fk FOREIGN KEY (team_id) REFERENCES teams;`;

/** The rows of people as they were in the beginning. */
const AS_BEFORE = `SELECT count(*) = 700 AND bool_and(email = 'Person' || id || '@Example.com' AND team_id = 1 + id % 10 AND city IS NULL AND age = id % 90 AND rank IS NULL AND meta = '{}') FROM people`;

/** Rows updated in batches, and what one migration file does to one table. */
export const COMPOSED: readonly DirectCase[] = [
  {
    name: 'update_rows: own columns, other tables, other rows, one after another',
    setup: PEOPLE,
    operations: [
      { update_rows: { table: 'people', set: `email = lower(email), meta = meta || '{"v": 2}'` } },
      {
        update_rows: {
          table: 'people',
          as: 'p',
          set: 'city = t.city',
          from: 'public.teams t',
          where: `t.id = p.team_id AND t.city <> 'City 1'`,
        },
      },
      {
        update_rows: {
          table: 'people',
          as: 'p',
          set: 'rank = r.n',
          from: '(SELECT id, row_number() OVER (ORDER BY age, id) AS n FROM public.people) r',
          where: 'r.id = p.id',
        },
      },
      { update_rows: { table: 'people', set: 'age = age + 1', where: 'age < 10' } },
    ],
    wayBackDone: AS_BEFORE,
    done: `SELECT bool_and(email = lower('Person' || id || '@Example.com') AND meta = '{"v": 2}' AND city IS NOT DISTINCT FROM CASE (1 + id % 10) % 3 WHEN 1 THEN NULL ELSE 'City ' || (1 + id % 10) % 3 END AND age = id % 90 + (id % 90 < 10)::int)
      AND count(DISTINCT rank) = 700 FROM people`,
  },
  {
    name: 'drop_not_null, rename_index and create_enum',
    setup: PEOPLE,
    operations: [
      { drop_not_null: { table: 'people', column: 'email' } },
      { rename_index: { table: 'people', from: 'people_email_idx', to: 'people_mail_idx' } },
      { create_enum: { type: 'mood', values: ['sad', 'happy'] } },
    ],
    wayBackDone: AS_BEFORE,
    done: `SELECT to_regclass('people_mail_idx') IS NOT NULL AND enum_range(NULL::mood)::text = '{sad,happy}' AND NOT (SELECT attnotnull FROM pg_attribute WHERE attrelid = 'people'::regclass AND attname = 'email')`,
  },
];
