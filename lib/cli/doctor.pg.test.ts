import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Examination } from '@/lib/core/examination';
import { callSegue } from '@/test/call-segue';
import { segueLeftovers } from '@/test/lifecycle/catalog-dump';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { makeWorkspace, type Workspace } from '@/test/run-segue';

/** `segue doctor`, `segue abandon`, `segue adopt`: what they say, what they change, and how they exit. */

let workspace: Workspace;
let database: TestDatabase;
let superuser: postgres.Sql;

const call = (...args: string[]) =>
  callSegue([...args, '--database', database.owner.url, '--json'], workspace.folder);
const last = (stdout: string): Record<string, unknown> => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
const examine = async () => {
  const { code, stdout } = await call('doctor');
  const found = last(stdout) as unknown as Examination & { readonly healthy: boolean };
  expect(code).toBe(found.healthy ? 0 : 1);
  return found;
};
const rules = (found: Examination) => found.findings.map((finding) => finding.rule).sort();
const file = (name: string, table: string) =>
  workspace.write(
    `${name}.yaml`,
    `name: ${name}\noperations:\n  - rename_column: { table: ${table}, from: name, to: full_name }\n`,
  );

beforeAll(async () => {
  workspace = makeWorkspace();
  const table = (name: string) =>
    `create table ${name} (id int primary key, name text); insert into ${name} select g, 'n' || g from generate_series(1, 20) g;`;
  database = await createTestDatabase({
    setup: ['first', 'second', 'third', 'fourth'].map(table).join('\n'),
  });
  superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
  workspace.remove();
});

describe('doctor', () => {
  it('finds nothing where Segue has never been', async () => {
    expect(await examine()).toEqual({
      schema: { version: 0, known: expect.any(Number) },
      rollouts: [],
      findings: [],
      healthy: true,
    });
    const [row] = await superuser`select to_regnamespace('segue') as schema`;
    expect(row?.schema).toBeNull();
  });

  it('says what a transition has in the database and what it holds, and finds that healthy', async () => {
    expect((await call('advance', file('one', 'first'), '--to', '4')).code).toBe(0);
    const found = await examine();
    expect(found.healthy).toBe(true);
    expect(found.rollouts).toMatchObject([
      { name: 'one', position: 4, phases: 5, state: 'retired', managedBy: null, drift: [] },
    ]);
    const [rollout] = found.rollouts;
    expect(rollout?.objects.map((object) => object.kind)).toEqual(
      expect.arrayContaining(['trigger', 'function']),
    );
    expect(rollout?.retired).toMatchObject([{ table: 'public.first', column: 'name', present: true }]);
    expect(rollout?.lease).toMatchObject({ alive: false, owner: null });
    expect((await call('rollback', file('one', 'first'), '--to', '2')).code).toBe(0);
    expect((await examine()).rollouts[0]?.claims).toEqual(['public.first']);
  });

  it('finds a sync trigger that somebody took out', async () => {
    const [trigger] = await superuser<
      { name: string; definition: string }[]
    >`select tgname as name, pg_get_triggerdef(oid) as definition from pg_trigger where tgrelid = 'first'::regclass`;
    await superuser.unsafe(`drop trigger "${trigger?.name}" on first`);
    const found = await examine();
    expect(found.findings).toMatchObject([{ severity: 'error', rule: 'drift', transition: 'one' }]);
    expect(found.findings[0]?.message).toContain(trigger?.name);
    await superuser.unsafe(
      `${trigger?.definition}; alter table first enable always trigger "${trigger?.name}"`,
    );
    expect((await examine()).findings).toEqual([]);
  });

  it('finds what belongs to nobody, invalid indexes, constraints not validated, stale sessions and dead workers', async () => {
    await superuser.unsafe(`
      create function segue.pair_deadbeef_1() returns trigger language plpgsql as 'begin return new; end';
      create trigger zzz_segue_deadbeef_1 before update on second for each row execute function segue.pair_deadbeef_1();
      alter table second add column segue_retired_deadbeef_1 int;
      alter table second add constraint positive check (id > 0) not valid;
      insert into second select g + 100, 'same' from generate_series(1, 2) g`);
    await superuser`create unique index concurrently second_name on second (name)`.catch(() => undefined);
    await superuser`update segue.rollouts set direction = 'back', moving_phase = 2, activity = 'running'`;
    const [rollout] = await superuser<{ id: string }[]>`select id from segue.rollouts`;
    const stale = postgres(database.owner.url, {
      max: 1,
      connection: { application_name: `segue ${rollout?.id} 0` },
    });
    await stale`select 1`;
    const found = await examine();
    await stale.end();
    await superuser`update segue.rollouts set direction = null, moving_phase = null, activity = 'idle'`;
    expect(rules(found)).toEqual([
      'invalid_index',
      'nobody_works',
      'not_valid_constraint',
      'retired_unrecorded',
      'stale_session',
      'without_owner',
      'without_owner',
    ]);
    // What it says would remove them does.
    for (const finding of found.findings) {
      if (finding.rule === 'stale_session' || finding.rule === 'nobody_works') continue;
      for (const statement of finding.statements) await superuser.unsafe(statement).catch(() => undefined);
    }
    expect(rules(await examine())).toEqual([]);
  });

  it('finds a retired column that is gone, and one whose time is over', async () => {
    expect((await call('advance', file('one', 'first'), '--to', '4')).code).toBe(0);
    await superuser`update segue.rollouts set retained_until = now() - interval '1 hour'`;
    expect(rules(await examine())).toEqual(['retired_expired']);
    const [column] = await superuser<{ name: string }[]>`select retired_name as name from segue.retired`;
    await superuser.unsafe(`alter table first drop column "${column?.name}" cascade`);
    expect(await examine()).toMatchObject({ healthy: false });
    expect(rules(await examine())).toContain('retired_missing');
  });
});

describe('abandon', () => {
  it('refuses what cannot be meant', async () => {
    expect((await call('abandon')).code).toBe(2);
    expect((await call('abandon', 'nobody')).code).toBe(2);
    expect((await call('abandon', 'one', '--leave', '--roll-back')).code).toBe(2);
  });

  it('says what would stay and stops, then ends it and leaves that, with the statements that remove it', async () => {
    expect((await call('advance', file('two', 'second'), '--to', '2')).code).toBe(0);
    const asked = await call('abandon', 'two');
    expect(asked.code).toBe(3);
    expect(asked.stderr).toMatch(/trigger zzz_segue_.* on public\.second.*--roll-back.*--leave/s);
    expect((await examine()).rollouts.find(({ name }) => name === 'two')?.state).toBe('ready');

    const left = await call('abandon', 'two', '--leave');
    expect([left.code, last(left.stdout)]).toMatchObject([0, { name: 'two', state: 'abandoned' }]);
    expect((await call('abandon', 'two')).code).toBe(0);
    const [record] = await superuser`select words, actor from segue.moves where outcome = 'left'`;
    expect(record?.words.join()).toContain('trigger zzz_segue_');
    const [row] = await superuser`update second set name = 'written later' where id = 1 returning full_name`;
    expect(row?.full_name).toBe('written later');
    // Its tables are free again.
    expect((await examine()).rollouts.find(({ name }) => name === 'two')?.claims).toEqual([]);

    const finding = (await examine()).findings.find(
      ({ rule, transition }) => rule === 'left_behind' && transition === 'two',
    );
    for (const statement of finding?.statements ?? []) await superuser.unsafe(statement);
    const leftovers = await segueLeftovers(superuser);
    expect(leftovers.filter((line) => line.includes('second'))).toEqual([]);
    expect((await call('advance', file('two', 'second'))).code).toBe(3);
  });

  it('takes everything back first where that is asked, and ends what is at its start at once', async () => {
    expect((await call('advance', file('three', 'third'), '--to', '3')).code).toBe(0);
    const back = await call('abandon', 'three', '--roll-back');
    expect([back.code, last(back.stdout)]).toMatchObject([0, { state: 'abandoned', position: 0 }]);
    const columns =
      await superuser`select attname from pg_attribute where attrelid = 'third'::regclass and attnum > 0 and not attisdropped`;
    expect(columns.map((column) => column.attname)).toEqual(['id', 'name']);

    // An abandoned one may be planned again under its name.
    expect((await call('advance', file('three', 'third'))).code).toBe(0);
    expect((await call('rollback', file('three', 'third'))).code).toBe(0);
    const ended = await call('abandon', 'three');
    expect([ended.code, last(ended.stdout)]).toMatchObject([0, { state: 'abandoned' }]);
  });
});

describe('adopt', () => {
  const dashboard = '11111111-2222-3333-4444-555555555555';

  it('hands a transition to a dashboard and back, recorded, and may be repeated', async () => {
    const four = file('four', 'fourth');
    expect((await call('advance', four)).code).toBe(0);
    for (let times = 0; times < 2; times += 1) {
      const given = await call('adopt', 'four', '--dashboard', dashboard);
      expect([given.code, last(given.stdout)]).toMatchObject([0, { managedBy: dashboard, position: 1 }]);
    }
    expect((await call('advance', four)).code).toBe(3);
    expect((await call('abandon', 'four', '--leave')).code).toBe(3);
    expect((await call('adopt', 'four')).code).toBe(0);
    expect((await call('advance', four)).code).toBe(0);
    const [moves] =
      await superuser`select count(*)::int as taken from segue.moves where outcome = 'taken_over'`;
    expect(moves?.taken).toBe(2);
  });

  it('refuses what is no dashboard, no transition, or over', async () => {
    expect((await call('adopt', 'four', '--dashboard', 'mine')).code).toBe(2);
    expect((await call('adopt', 'nobody')).code).toBe(2);
    expect((await call('adopt', 'three')).code).toBe(3);
  });
});
