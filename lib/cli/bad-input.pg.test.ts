import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { makeWorkspace, runSegue, type Workspace } from '@/test/run-segue';

/** Whatever is wrong with the input: exit 2, a sentence that names the object and the next step, and nothing changed. */

let workspace: Workspace;
let database: TestDatabase;
let superuser: postgres.Sql;

const call = (...args: string[]) => callSegue(args, workspace.folder);
const file = (name: string, operations: string) =>
  workspace.write(name, `name: ${name.replace(/\..*/, '')}\noperations:\n${operations}\n`);
const withUser = (url: string, user: string, password: string) => {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  return changed.href;
};

beforeAll(async () => {
  workspace = makeWorkspace();
  database = await createTestDatabase({
    setup: `
      create table users (id int primary key, name text, data json, "a""b" text, "select" int, "Mixed Case" text);
      create table bare (name text);
      create view people as select id, name from users;
      create table "order" (id int primary key, "user" text not null default 'x', "a.b" text unique, "it's" text);
      insert into "order" select i, 'u' || i, 'k' || i, null from generate_series(1, 10) i;
    `,
  });
  superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
});

afterAll(async () => {
  await superuser.end();
  await database.drop();
  workspace.remove();
});

describe('usage', () => {
  it.each([
    [[], /Usage/],
    [['frobnicate'], /Usage/],
    [['plan', 'x', '--colour'], /colour/],
    [['advance', 'ok.yaml'], /No database is given/],
    [['rollback', 'ok.yaml'], /No database is given/],
    [['status'], /No database is given/],
    [['status', '--database', 'mysql://root:secret@localhost/x'], /not a PostgreSQL URL/],
    [['status', '--database', 'not a url'], /not a PostgreSQL URL/],
  ])('%j', async (args, message) => {
    file('ok.yaml', '  - rename_column: { table: users, from: name, to: full_name }');
    const { code, stderr } = await call(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('secret');
  });

  it('prints help', async () => {
    const { code, stdout } = await call('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/segue plan .*segue advance .*segue rollback .*segue status /s);
  });

  it.each(['-1', '1.5', '9', 'x', ''])('--to %j is refused where it is no position', async (to) => {
    const ok = file('ok.yaml', '  - rename_column: { table: order, from: user, to: buyer }');
    const { code, stderr } = await call('advance', ok, `--to=${to}`, '--database', database.owner.url);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no position of this plan\. Give a number from 0 to 5, or "end"\./);
    const back = await call('rollback', ok, `--to=${to}`, '--database', database.owner.url);
    expect(back.code).toBe(2);
    const [row] = await superuser`select to_regnamespace('segue') as schema`;
    expect(row?.schema).toBeNull();
  });

  it('rolling back what has never started is done already', async () => {
    const ok = file('ok.yaml', '  - rename_column: { table: order, from: user, to: buyer }');
    const { code, stdout } = await call('rollback', ok, '--json', '--database', database.owner.url);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'result',
      position: 0,
      phases: 5,
      state: 'not_started',
    });
  });
});

describe('the database', () => {
  const ok = () => file('ok.yaml', '  - rename_column: { table: bare2, from: name, to: full_name }');

  it.each<[string, () => string, RegExp]>([
    ['unreachable', () => 'postgres://u:secret@127.0.0.1:1/db', /"db" at 127\.0\.0\.1:1 cannot be reached/],
    [
      'with a wrong password',
      () => withUser(database.owner.url, database.owner.name, 'secret'),
      /Check user and password/,
    ],
    [
      'with an unknown user',
      () => withUser(database.owner.url, 'nobody_here', 'secret'),
      /Check user and password|Check the user/,
    ],
    [
      'that does not exist',
      () => `${database.owner.url}_not`,
      /does not exist.*Check the name of the database/,
    ],
  ])('%s', async (_, url, message) => {
    for (const verb of ['plan', 'advance', 'rollback']) {
      const { code, stderr, stdout } = await call(verb, ok(), '--database', url(), '--json');
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
      expect(stderr + stdout).not.toContain('secret');
      expect(JSON.parse(stdout.trim())).toMatchObject({
        type: 'error',
        error: { code: 'connection_failed' },
      });
    }
    const status = await call('status', '--database', url());
    expect(status.code).toBe(2);
  });

  it('that is read-only is refused with the way out', async () => {
    const rename = file('ro.yaml', '  - rename_column: { table: order, from: user, to: buyer }');
    await superuser.unsafe(`alter role "${database.owner.name}" set default_transaction_read_only = on`);
    const { code, stderr } = await call('advance', rename, '--database', database.owner.url);
    await superuser.unsafe(`alter role "${database.owner.name}" reset default_transaction_read_only`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/read-only.*Connect to the primary/i);
  });

  it('without the rights names the table, the owner and the grant', async () => {
    const rename = file('rights.yaml', '  - rename_column: { table: order, from: user, to: buyer }');
    const { code, stderr } = await call('advance', rename, '--database', database.apps[0]?.url ?? '');
    expect(code).toBe(2);
    expect(stderr).toMatch(/does not own "public\.order".*GRANT/s);
  });

  it('in which the role may not make the schema segue is refused with that reason', async () => {
    await superuser.unsafe(`grant "${database.owner.name}" to "${database.apps[0]?.name}"`);
    await superuser.unsafe(`revoke create on database "${database.name}" from public`);
    await superuser
      .unsafe(`alter database "${database.name}" owner to postgres`)
      .catch(() => superuser.unsafe(`alter database "${database.name}" owner to current_user`));
    const rename = file('rights2.yaml', '  - rename_column: { table: order, from: user, to: buyer }');
    const { code, stderr } = await call('advance', rename, '--database', database.apps[0]?.url ?? '');
    await superuser.unsafe(`alter database "${database.name}" owner to "${database.owner.name}"`);
    await superuser.unsafe(`revoke "${database.owner.name}" from "${database.apps[0]?.name}"`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/permission denied for database/i);
  });
});

describe('objects', () => {
  it.each<[string, string, RegExp]>([
    [
      'an unknown table',
      '{ rename_column: { table: userz, from: name, to: b } }',
      /There is no table "public\.userz".*case-sensitive/,
    ],
    [
      'an unknown schema',
      '{ rename_column: { table: shop.users, from: name, to: b } }',
      /There is no table "shop\.users"/,
    ],
    [
      'an unknown column',
      '{ rename_column: { table: users, from: nmae, to: b } }',
      /There is no column "nmae".*Its columns are: id, name/,
    ],
    [
      'a name that is taken',
      '{ rename_column: { table: users, from: data, to: id } }',
      /already has a column "id"/,
    ],
    ['a view', '{ rename_column: { table: people, from: name, to: b } }', /is a view/],
    ['a column that a view shows', '{ drop_column: { table: users, column: name } }', /view "people" uses/],
    [
      'a table without a primary key',
      '{ rename_column: { table: bare, from: name, to: b } }',
      /"public\.bare" has no primary key.*Add a primary key first/,
    ],
    [
      'a type that does not exist',
      '{ change_type: { table: users, column: data, to: b, type: intt } }',
      /does not know the type intt/,
    ],
    [
      'a type that cannot convert',
      '{ change_type: { table: users, column: data, to: b, type: int } }',
      /cannot cast type json to integer/,
    ],
    [
      'an expression of the wrong type',
      `{ set_not_null: { table: users, column: select, value: "'x'" } }`,
      /invalid input syntax for type integer/,
    ],
    [
      'an expression with an unknown function',
      `{ change_type: { table: users, column: data, to: b, type: int, up: "frob(data)" } }`,
      /frob/,
    ],
    [
      'a table of the system',
      '{ rename_column: { table: pg_catalog.pg_class, from: relname, to: b } }',
      /belongs to the system/,
    ],
  ])('%s', async (_, operation, message) => {
    const { code, stderr } = await call(
      'plan',
      file('object.yaml', `  - ${operation}`),
      '--database',
      database.owner.url,
    );
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('a value set aside where the column is NOT NULL', async () => {
    const operations = `  - change_type: { table: order, column: user, to: n, type: integer, onFailure: quarantine }`;
    const { code, stderr } = await call(
      'plan',
      file('aside.yaml', operations),
      '--database',
      database.owner.url,
    );
    expect(code).toBe(2);
    expect(stderr).toContain('is NOT NULL: a value that does not convert cannot leave the other side empty');
  });

  it("of a type of one's own are found in the schema public", async () => {
    await superuser.unsafe(
      `create type mood as enum ('sad', 'happy'); alter type mood owner to "${database.owner.name}"`,
    );
    const operations = `  - add_column: { table: order, column: m, type: mood, nullable: false, value: "'sad'" }
  - change_type: { table: order, column: user, to: n, type: mood, up: '"user"::public.mood', down: "n::text", onFailure: reject }`;
    const { code, stderr } = await call(
      'plan',
      file('mood.yaml', operations),
      '--database',
      database.owner.url,
    );
    expect([code, stderr]).toEqual([0, '']);
  });

  it('with reserved words, quotes and dots in their names go all the way there and back', async () => {
    const everything = workspace.write('nasty.json', {
      name: 'nasty names',
      operations: [
        { rename_column: { table: 'order', from: 'user', to: 'we"ird $1' } },
        { rename_column: { table: { schema: 'public', name: 'order' }, from: 'a.b', to: "it's new" } },
        { set_not_null: { table: 'order', column: "it's", value: "'$segue$'" } },
        {
          add_column: { table: 'order', column: 'where', type: 'text', nullable: false, value: `'a''b\\c'` },
        },
      ],
    });
    const url = database.owner.url;
    const steps: string[][] = [
      ['advance', everything, '--to', 'end'],
      ['rollback', everything, '--to', '0'],
      ['advance', everything, '--to', 'end', '--purge'],
    ];
    for (const args of steps) {
      const { code, stderr } = await call(...args, '--database', url);
      expect([code, stderr]).toEqual([0, '']);
    }
    const columns = await superuser`
      select attname as name, attnotnull as required from pg_attribute
      where attrelid = 'public."order"'::regclass and attnum > 0 and not attisdropped order by 1`;
    expect(columns.map((row) => `${row.name} ${row.required}`)).toEqual([
      'id true',
      "it's true",
      "it's new false",
      'we"ird $1 true',
      'where true',
    ]);
    const [rows] =
      await superuser`select count(*)::int as n from "order" where "it's" = '$segue$' and "where" = 'a''b\\c'`;
    expect(rows?.n).toBe(10);
  });
});

describe('from a checkout', () => {
  it('npm run segue takes the paths of the caller, and needs no build', async () => {
    file('ok.yaml', '  - rename_column: { table: users, from: name, to: full_name }');
    const { execFile } = await import('node:child_process');
    const root = path.resolve(import.meta.dirname, '..', '..');
    const stdout = await new Promise<string>((resolve, reject) => {
      execFile(
        'npm',
        ['--prefix', root, 'run', '-s', 'segue', '--', 'plan', 'ok.yaml', '--json'],
        { cwd: workspace.folder, env: { ...process.env, INIT_CWD: workspace.folder } },
        (error, out) => (error === null ? resolve(out) : reject(error)),
      );
    });
    expect(JSON.parse(stdout)).toMatchObject({ name: 'ok' });
  });

  it('another working folder is no trouble', async () => {
    file('ok.yaml', '  - rename_column: { table: users, from: name, to: full_name }');
    const { code } = await runSegue(['plan', path.join(workspace.folder, 'ok.yaml'), '--json'], '/');
    expect(code).toBe(0);
  });
});
