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
  {
    name: 'keys of three tables and what references them become text, their foreign keys dropped and made anew',
    setup: `
      CREATE TABLE clubs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
      CREATE TABLE members (id uuid PRIMARY KEY, club uuid NOT NULL CONSTRAINT members_club_fk REFERENCES clubs ON DELETE CASCADE, boss uuid CONSTRAINT members_boss_fk REFERENCES members);
      CREATE TABLE visits (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), member uuid CONSTRAINT visits_member_fk REFERENCES members ON DELETE SET NULL, club uuid NOT NULL CONSTRAINT visits_club_fk REFERENCES clubs, host uuid, n int, UNIQUE (club, n));
      CREATE INDEX visits_member ON visits (member, n);
      INSERT INTO clubs SELECT md5('c' || g)::uuid, 'Club ' || g FROM generate_series(1, 10) g;
      INSERT INTO members SELECT md5('m' || g)::uuid, md5('c' || 1 + g % 10)::uuid, CASE WHEN g > 1 THEN md5('m1')::uuid END FROM generate_series(1, 300) g;
      INSERT INTO visits SELECT md5('v' || g)::uuid, CASE WHEN g % 3 > 0 THEN md5('m' || g)::uuid END, md5('c' || 1 + g % 10)::uuid, md5('c' || 1 + g % 7)::uuid, g FROM generate_series(1, 300) g;`,
    operations: [
      { drop_constraint: { table: 'members', constraint: 'members_club_fk' } },
      { drop_constraint: { table: 'visits', constraint: 'visits_member_fk' } },
      { drop_constraint: { table: 'visits', constraint: 'visits_club_fk' } },
      { change_type: { table: 'members', column: 'club', type: 'text' } },
      { change_type: { table: 'clubs', column: 'id', type: 'text' } },
      { change_type: { table: 'members', column: 'id', type: 'text' } },
      { change_type: { table: 'members', column: 'boss', type: 'text' } },
      { change_type: { table: 'visits', column: 'member', type: 'text' } },
      { change_type: { table: 'visits', column: 'club', type: 'text' } },
      { change_type: { table: 'visits', column: 'id', type: 'text' } },
      { change_type: { table: 'visits', column: 'host', type: 'text' } },
      {
        add_foreign_key: {
          table: 'members',
          columns: ['club'],
          references: 'clubs',
          onDelete: 'cascade',
          index: false,
          name: 'members_club_fk',
        },
      },
      {
        add_foreign_key: {
          table: 'visits',
          columns: ['member'],
          references: 'members',
          referencedColumns: ['id'],
          onDelete: 'cascade',
          index: false,
          name: 'visits_of_member',
        },
      },
      {
        add_foreign_key: {
          table: 'visits',
          columns: ['club'],
          references: 'clubs',
          index: false,
          name: 'visits_club_fk',
        },
      },
      {
        add_foreign_key: {
          table: 'visits',
          columns: ['host'],
          references: 'clubs',
          index: false,
          name: 'visits_host_fk',
        },
      },
    ],
    done: `SELECT count(*) = 5 AND bool_and(convalidated) AND string_agg(conname || ' ' || pg_get_constraintdef(oid), '; ' ORDER BY conname) =
      'members_boss_fk FOREIGN KEY (boss) REFERENCES members(id); members_club_fk FOREIGN KEY (club) REFERENCES clubs(id) ON DELETE CASCADE; visits_club_fk FOREIGN KEY (club) REFERENCES clubs(id); visits_host_fk FOREIGN KEY (host) REFERENCES clubs(id); visits_of_member FOREIGN KEY (member) REFERENCES members(id) ON DELETE CASCADE'
      AND (SELECT count(*) = 8 FROM pg_attribute WHERE attrelid IN ('clubs'::regclass, 'members'::regclass, 'visits'::regclass) AND attnum > 0 AND NOT attisdropped AND attname IN ('id', 'club', 'boss', 'member', 'host') AND atttypid = 'text'::regtype) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
  },
  {
    name: 'columns renamed, and everything else said of the new names',
    setup: `${PEOPLE} ALTER TABLE people ALTER city SET DEFAULT 'nowhere', ALTER rank SET DEFAULT 3; UPDATE people SET rank = id WHERE id % 2 = 0`,
    operations: [
      { rename_column: { table: 'people', from: 'rank', to: 'place' } },
      { rename_column: { table: 'people', from: 'city', to: 'town' } },
      { rename_column: { table: 'people', from: 'email', to: 'mail' } },
      { set_not_null: { table: 'people', column: 'place', value: '-1' } },
      { drop_default: { table: 'people', column: 'town' } },
      { add_index: { table: 'people', keys: 'place DESC NULLS LAST, town', name: 'people_place' } },
      { add_check: { table: 'people', check: 'place > -5', name: 'people_place_check' } },
      { update_rows: { table: 'people', set: "town = 'City ' || place", where: 'place > 10' } },
      { update_rows: { table: 'people', set: 'mail = lower(mail)' } },
    ],
    wayBackDone: `SELECT count(*) = 700 AND bool_and(email = 'Person' || id || '@Example.com' AND city IS NULL AND rank IS NOT DISTINCT FROM CASE WHEN id % 2 = 0 THEN id END) FROM people`,
    done: `SELECT bool_and(mail = 'person' || id || '@example.com' AND place = CASE WHEN id % 2 = 0 THEN id ELSE -1 END AND town IS NOT DISTINCT FROM CASE WHEN id % 2 = 0 AND id > 10 THEN 'City ' || id END)
      AND (SELECT string_agg(concat_ws(' ', a.attname, a.attnotnull, pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY attname) FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'people'::regclass AND attname IN ('mail', 'place', 'town')) = 'mail t, place t 3, town f'
      AND pg_get_indexdef('people_place'::regclass) LIKE '%(place DESC NULLS LAST, town)' FROM people`,
  },
  {
    name: 'NOT NULL before a change of type, with a new enum, and under a new name and type; an index made anew over a new type',
    setup: `${PEOPLE}
      CREATE TYPE tone AS ENUM ('low', 'high');
      ALTER TABLE people ADD tone tone;
      UPDATE people SET tone = 'low', rank = id, city = id WHERE id % 2 = 0;`,
    operations: [
      { set_not_null: { table: 'people', column: 'rank', value: '7' } },
      { change_type: { table: 'people', column: 'rank', type: 'bigint' } },
      {
        replace_enum: {
          table: 'people',
          column: 'tone',
          type: 'pitch',
          values: ['deep', 'high'],
          map: { low: 'deep' },
        },
      },
      { set_not_null: { table: 'people', column: 'tone', value: "'high'" } },
      { drop_index: { table: 'people', index: 'people_city_idx' } },
      { change_type: { table: 'people', column: 'city', to: 'town', type: 'int', onFailure: '0' } },
      { set_not_null: { table: 'people', column: 'town', value: '-1' } },
      { drop_index: { table: 'people', index: 'people_email_idx' } },
      { change_type: { table: 'people', column: 'email', type: 'varchar(200)' } },
      {
        add_index: {
          table: 'people',
          keys: 'email DESC',
          where: "email <> ''",
          include: ['age'],
          name: 'people_email_idx',
        },
      },
    ],
    wayBackDone: `SELECT count(*) = 700 AND bool_and(rank = CASE WHEN id % 2 = 0 THEN id ELSE 7 END AND tone = CASE WHEN id % 2 = 0 THEN 'low' ELSE 'high' END::tone AND city IS NOT DISTINCT FROM CASE WHEN id % 2 = 0 THEN id::text END) FROM people`,
    done: `SELECT bool_and(rank = CASE WHEN id % 2 = 0 THEN id ELSE 7 END AND tone = CASE WHEN id % 2 = 0 THEN 'deep' ELSE 'high' END::pitch AND town = CASE WHEN id % 2 = 0 THEN id ELSE -1 END)
      AND (SELECT count(*) = 3 FROM pg_attribute WHERE attrelid = 'people'::regclass AND attname IN ('rank', 'tone', 'town') AND attnotnull)
      AND pg_get_indexdef('people_email_idx'::regclass) = 'CREATE INDEX people_email_idx ON public.people USING btree (email DESC) INCLUDE (age) WHERE ((email)::text <> ''''::text)' FROM people`,
  },
];
