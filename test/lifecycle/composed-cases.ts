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
    always: true,
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
  {
    name: 'new tables with their keys, both ways, and an index: Add alone',
    always: true,
    setup: PEOPLE,
    operations: [
      { create_enum: { type: 'mood', values: ['sad', 'happy'] } },
      {
        create_table: { table: 'clubs', definition: 'id bigint PRIMARY KEY, head bigint, mood public.mood' },
      },
      {
        create_table: {
          table: 'members',
          definition: 'id bigint PRIMARY KEY, club_id bigint NOT NULL, person_id bigint, code text NOT NULL',
        },
      },
      {
        add_foreign_key: {
          table: 'members',
          columns: ['club_id'],
          references: 'clubs',
          onDelete: 'cascade',
          name: 'members_club_fk',
        },
      },
      {
        add_foreign_key: { table: 'clubs', columns: ['head'], references: 'members', name: 'clubs_head_fk' },
      },
      { add_foreign_key: { table: 'members', columns: ['person_id'], references: 'people' } },
      { add_unique: { table: 'members', columns: ['code'], name: 'members_code_key' } },
      { add_check: { table: 'members', check: "code <> ''" } },
      { add_index: { table: 'members', columns: ['club_id', 'code'], name: 'members_club_code' } },
      { set_default: { table: 'members', column: 'code', default: "'new'" } },
      {
        free_sql: {
          up: 'ALTER TABLE public.members ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON public.members USING (true)',
          down: 'DROP POLICY own ON public.members; ALTER TABLE public.members DISABLE ROW LEVEL SECURITY',
          lossless: true,
        },
      },
    ],
    phases: ['expand'],
    done: `SELECT count(*) = 7 FROM pg_constraint WHERE conrelid IN ('members'::regclass, 'clubs'::regclass) AND contype <> 'n' AND convalidated`,
  },
  {
    name: 'new columns with an index over two, a key, a check, a default, rows, NOT NULL',
    setup: PEOPLE,
    operations: [
      { create_enum: { type: 'mood', values: ['sad', 'happy'] } },
      { add_column: { table: 'people', column: 'mood', type: 'public.mood', default: "'sad'" } },
      { add_column: { table: 'people', column: 'name', type: 'text' } },
      { add_column: { table: 'people', column: 'boss', type: 'bigint' } },
      { add_index: { table: 'people', columns: ['name', 'boss', 'city'], name: 'people_name_boss' } },
      {
        add_foreign_key: { table: 'people', columns: ['boss'], references: 'people', name: 'people_boss_fk' },
      },
      { add_check: { table: 'people', check: "name <> 'nobody'", name: 'people_name_check' } },
      { update_rows: { table: 'people', set: "name = split_part(email, '@', 1), boss = 1" } },
      { set_default: { table: 'people', column: 'name', default: "'new'" } },
      { set_not_null: { table: 'people', column: 'name', value: "'?'" } },
      { add_unique: { table: 'people', columns: ['name'], name: 'people_name_key' } },
    ],
    wayBackDone: AS_BEFORE,
    keeps: true,
    done: `SELECT count(*) = 700 AND bool_and(name = 'Person' || id AND boss = 1 AND mood = 'sad') AND (SELECT attnotnull FROM pg_attribute WHERE attrelid = 'people'::regclass AND attname = 'name') FROM people`,
  },
  {
    name: 'a type changed, its default set, NOT NULL set, an index over it',
    setup: `${PEOPLE} ALTER TABLE people ALTER city SET DEFAULT 'nowhere'; UPDATE people SET city = '7' WHERE id % 2 = 0`,
    operations: [
      { drop_default: { table: 'people', column: 'city' } },
      { change_type: { table: 'people', column: 'city', type: 'int', onFailure: '0' } },
      { set_default: { table: 'people', column: 'city', default: '5' } },
      { set_not_null: { table: 'people', column: 'city', value: '-1' } },
      { add_index: { table: 'people', columns: ['city', 'rank'], name: 'people_city_rank' } },
      { add_check: { table: 'people', check: 'city < 100', name: 'people_city_check' } },
      { change_type: { table: 'people', column: 'age', type: 'bigint' } },
      { drop_not_null: { table: 'people', column: 'age' } },
      { set_default: { table: 'people', column: 'age', default: '8' } },
    ],
    wayBackDone: `SELECT count(*) = 700 AND bool_and(city = CASE WHEN id % 2 = 0 THEN '7' ELSE '-1' END) FROM people`,
    done: `SELECT bool_and(city = CASE WHEN id % 2 = 0 THEN 7 ELSE -1 END) AND (SELECT string_agg(concat_ws(' ', a.attname, a.atttypid::regtype, a.attnotnull, pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY attname) FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'people'::regclass AND attname IN ('age', 'city'))
      = 'age bigint f 8, city integer t 5' AND to_regclass('people_city_rank') IS NOT NULL FROM people`,
  },
  {
    name: 'constraints and an index made anew under their names',
    always: true,
    setup: PEOPLE,
    operations: [
      { drop_constraint: { table: 'people', constraint: 'people_team_fk' } },
      { drop_constraint: { table: 'people', constraint: 'people_age_check' } },
      { drop_index: { table: 'people', index: 'people_city_idx' } },
      {
        add_foreign_key: {
          table: 'people',
          columns: ['team_id'],
          references: 'teams',
          onDelete: 'cascade',
          name: 'people_team_fk',
        },
      },
      { add_check: { table: 'people', check: 'age >= -5', name: 'people_age_check' } },
      { add_index: { table: 'people', columns: ['city', 'id'], name: 'people_city_idx' } },
    ],
    done: `SELECT count(*) = 2 AND bool_and(convalidated) AND (SELECT indisvalid AND indnatts = 2 FROM pg_index WHERE indexrelid = 'people_city_idx'::regclass) FROM pg_constraint WHERE conrelid = 'people'::regclass AND contype IN ('c', 'f') AND (conname, pg_get_constraintdef(oid)) IN (('people_age_check', 'CHECK ((age >= ''-5''::integer))'), ('people_team_fk', 'FOREIGN KEY (team_id) REFERENCES teams(id) ON DELETE CASCADE'))`,
  },
  {
    name: 'a column renamed, retyped, given a default; another removed with its index and key',
    setup: PEOPLE,
    operations: [
      { rename_column: { table: 'people', from: 'age', to: 'years' } },
      { change_type: { table: 'people', column: 'years', type: 'bigint' } },
      { add_index: { table: 'people', columns: ['years'], name: 'people_years' } },
      { rename_column: { table: 'people', from: 'email', to: 'mail' } },
      { set_default: { table: 'people', column: 'mail', default: "'none'" } },
      { drop_not_null: { table: 'people', column: 'mail' } },
      { drop_column: { table: 'people', column: 'team_id' } },
      { drop_constraint: { table: 'people', constraint: 'people_team_fk' } },
    ],
    wayBackDone: AS_BEFORE,
    done: `SELECT count(*) = 700 AND bool_and(mail = 'Person' || id || '@Example.com' AND years = id % 90) AND (SELECT count(*) = 0 FROM pg_attribute WHERE attrelid = 'people'::regclass AND attname IN ('age', 'email', 'team_id')) FROM people`,
  },
];
