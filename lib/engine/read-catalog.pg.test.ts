import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnInfo, TableInfo } from '@/lib/planner/catalog';
import { createTestDatabase, TEST_MAJORS, type TestDatabase } from '@/test/postgres/test-database';
import { listTables, readCatalog } from './read-catalog';
import { openTarget, type Target } from './target';

const SETUP = `
  create schema shop;
  create type mood as enum ('sad', 'happy');
  create table teams (id int primary key, code text unique);
  create table shop.users (
    id bigint generated always as identity primary key,
    name varchar(40) not null default 'x' check (name <> ''),
    email text collate "C" unique deferrable initially deferred,
    mood public.mood,
    team int references public.teams on delete set null deferrable initially deferred,
    total numeric(10,2),
    twice int generated always as (length(name)) stored,
    serial_number serial,
    "a.b" text
  );
  comment on column shop.users.name is 'the name';
  alter table shop.users alter column name set statistics 500;
  create unique index users_lower on shop.users (lower(email) desc nulls last) include (name) where team > 0;
  create index users_opclass on shop.users (name varchar_pattern_ops) with (fillfactor = 70);
  create table orders (id int primary key, user_id bigint not null references shop.users);
  create view people as select id, "a.b" from shop.users;
  create function touch() returns trigger language plpgsql as 'begin new.name := trim(new.name); return new; end';
  create trigger touch before update on shop.users for each row execute function touch();
  create table bare (v int);
  create table alternative (a int not null, b int not null, unique (a, b));
  create table parted (id int primary key) partition by range (id);
`;

describe.each(TEST_MAJORS)('the catalog on PostgreSQL %i', (major) => {
  let database: TestDatabase;
  let target: Target;
  let users: TableInfo;
  const column = (name: string): ColumnInfo => {
    const found = users.columns.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no column ${name}`);
    return found;
  };
  const tableOf = async (name: string): Promise<TableInfo> => {
    const { tables } = await readCatalog(target, { tables: [{ schema: 'public', name }] });
    const [table] = tables;
    if (table === undefined) throw new Error(`no table ${name}`);
    return table;
  };

  beforeAll(async () => {
    database = await createTestDatabase({ major, setup: SETUP });
    const owner = postgres(database.owner.url, { max: 1 });
    await owner.unsafe(`grant select (name), update (name) on shop.users to "${database.apps[0]?.name}"`);
    await owner.end();
    target = openTarget({ url: database.owner.url });
    const catalog = await readCatalog(target, { tables: [{ schema: 'shop', name: 'users' }] });
    const [table] = catalog.tables;
    if (table === undefined) throw new Error('shop.users was not read');
    users = table;
  });

  afterAll(async () => {
    await target.close();
    await database.drop();
  });

  it('has each column with all that a clone needs', () => {
    expect(column('name')).toMatchObject({
      type: 'character varying(40)',
      baseType: 'character varying',
      notNull: true,
      notNullName: major >= 18 ? 'users_name_not_null' : null,
      default: "'x'::character varying",
      comment: 'the name',
      statistics: 500,
      hashable: true,
      grants: [
        { grantee: database.apps[0]?.name, privilege: 'SELECT', grantable: false },
        { grantee: database.apps[0]?.name, privilege: 'UPDATE', grantable: false },
      ],
    });
    expect(column('email').collation).toBe('pg_catalog."C"');
    expect(column('mood')).toMatchObject({ type: 'public.mood', notNullName: null });
    expect(column('total')).toMatchObject({ type: 'numeric(10,2)', baseType: 'numeric' });
    expect(column('twice').generated).toBe('stored');
    expect(column('id').identity).toBe('always');
    expect(column('serial_number').ownedSequences).toEqual(['shop.users_serial_number_seq']);
  });

  it('has keys, also where there is no primary one', async () => {
    expect(users.key).toEqual([{ name: 'id', type: 'bigint' }]);
    expect((await tableOf('alternative')).key?.map((part) => part.name)).toEqual(['a', 'b']);
    expect((await tableOf('alternative')).primaryKey).toEqual([]);
    expect((await tableOf('bare')).key).toBeNull();
  });

  it('has indexes with order, operator classes, options, predicates and their constraints', () => {
    const index = (name: string) => users.indexes.find((each) => each.name === name);
    expect(index('users_lower')).toMatchObject({
      unique: true,
      constraint: null,
      include: ['name'],
      predicate: '(team > 0)',
      columns: [{ name: null, expression: 'lower(email)', descending: true, nullsFirst: false }],
    });
    expect(index('users_opclass')).toMatchObject({
      options: ['fillfactor=70'],
      columns: [{ name: 'name', opclass: 'pg_catalog.varchar_pattern_ops' }],
    });
    expect(index('users_email_key')).toMatchObject({
      unique: true,
      constraint: 'users_email_key',
      deferrable: true,
      initiallyDeferred: true,
      valid: true,
    });
  });

  it('has constraints on both sides, dependents and triggers', () => {
    expect(users.checks).toEqual([
      expect.objectContaining({ name: 'users_name_check', columns: ['name'], validated: true }),
    ]);
    expect(users.foreignKeys).toEqual([
      expect.objectContaining({
        columns: ['team'],
        references: { schema: 'public', name: 'teams' },
        referencedColumns: ['id'],
        onDelete: 'SET NULL',
        deferrable: true,
        initiallyDeferred: true,
      }),
    ]);
    expect(users.inboundForeignKeys).toEqual([
      expect.objectContaining({ table: { schema: 'public', name: 'orders' }, columns: ['id'] }),
    ]);
    expect(users.dependents).toContainEqual(
      expect.objectContaining({
        column: 'a.b',
        kind: 'view',
        name: 'people',
        view: expect.objectContaining({ owned: true }),
      }),
    );
    expect(users.dependents).toContainEqual({
      column: 'name',
      kind: 'generated column',
      name: 'twice',
      partition: null,
      view: null,
    });
    expect(users.triggers).toEqual([expect.objectContaining({ name: 'touch', timing: 'before', row: true })]);
  });

  it('spells types as the server does, and tells volatility', async () => {
    const { types, functions } = await readCatalog(target, {
      tables: [],
      types: ['varchar(3)', 'mood', 'int', 'numeric(10, 2)', 'no_such_type', 'timestamptz', 'json'],
      functions: ['lower', 'now', 'random', 'timezone'],
    });
    const spelt = Object.entries(types).map(([asked, type]) => [asked, type?.type ?? null]);
    expect(Object.fromEntries(spelt)).toEqual({
      'varchar(3)': 'character varying(3)',
      mood: 'public.mood',
      int: 'integer',
      'numeric(10, 2)': 'numeric(10,2)',
      no_such_type: null,
      json: 'json',
      timestamptz: 'timestamp with time zone',
    });
    const hashable = (type: string) => types[type]?.hashable;
    expect(['varchar(3)', 'mood', 'int', 'json'].map(hashable)).toEqual([true, true, true, false]);
    expect(functions).toEqual({ lower: 'immutable', now: 'stable', random: 'volatile', timezone: 'stable' });
  });

  it('tells kinds apart', async () => {
    const kinds = (await listTables(target)).map((table) => `${table.schema}.${table.name} ${table.kind}`);
    expect(kinds).toEqual(
      expect.arrayContaining(['public.people view', 'public.parted partitioned table', 'shop.users table']),
    );
    expect((await tableOf('parted')).kind).toBe('partitioned table');
  });

  if (major < 18) return;

  it('a NOT NULL with its old name is proven by a check: no row is read', async () => {
    const notices: string[] = [];
    const sql = postgres(database.owner.url, {
      max: 1,
      onnotice: (notice) => notices.push(String(notice.message)),
    });
    await sql.unsafe(`
      create table proven (id int primary key, v int constraint kept_name not null);
      insert into proven select i, i from generate_series(1, 10) i;
      alter table proven alter column v drop not null;
      alter table proven add constraint proof check (v is not null) not valid;
      alter table proven validate constraint proof;
      set client_min_messages = debug1;`);
    notices.length = 0;
    await sql.unsafe('alter table proven add constraint kept_name not null v');
    await sql.end();
    expect(notices.join('\n')).toContain('sufficient to prove');
    expect(notices.join('\n')).not.toContain('verifying table');
  });
});
