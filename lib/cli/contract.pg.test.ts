import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { makeWorkspace, runSegue, type Workspace } from '@/test/run-segue';

/** What other programs rely on: names, fields and exit codes of the command line, on a real server. */

const RENAME_YAML = `name: rename-users-name
operations:
  - rename_column: { table: users, from: name, to: full_name }
`;
const RENAME_JSON = {
  name: 'rename-users-name',
  operations: [{ rename_column: { table: 'users', from: 'name', to: 'full_name' } }],
};

let workspace: Workspace;
let database: TestDatabase;
let owner: postgres.Sql;

const segue = (...args: string[]) => callSegue(args, workspace.folder);
const onDatabase = (args: readonly string[]) => [...args, '--database', database.owner.url, '--json'];
const on = (...args: string[]) => callSegue(onDatabase(args), workspace.folder);
/** As a process of its own, as programs call it. */
const spawned = (...args: string[]) => runSegue(onDatabase(args), workspace.folder);

beforeAll(async () => {
  workspace = makeWorkspace();
  workspace.write('rename.yaml', RENAME_YAML);
  workspace.write('rename.json', RENAME_JSON);
  database = await createTestDatabase({
    setup: `
      create table users (id bigint generated always as identity primary key, name text not null, email text unique);
      insert into users (name, email) select 'n' || i, 'e' || i from generate_series(1, 500) i;
      create table notes (id int primary key, body text);
      insert into notes values (1, '1.5'), (2, 'x');
    `,
  });
  owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
});

afterAll(async () => {
  await owner.end();
  await database.drop();
  workspace.remove();
});

describe('segue plan', () => {
  it('prints one JSON document with the fields of the contract', async () => {
    const { code, lines, stderr } = await spawned('plan', 'rename.yaml');
    expect([code, stderr]).toEqual([0, '']);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatchObject({
      name: 'rename-users-name',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      newCodeFrom: 2,
      oldCodeUntil: 3,
      operations: [{ kind: 'rename_column' }],
      findings: expect.any(Array),
    });
    const phases = lines()[0]?.phases as Record<string, unknown>[];
    expect(phases.map((phase) => [phase.number, phase.kind, phase.title, phase.lossless])).toEqual([
      [1, 'expand', 'Add', true],
      [2, 'dual_write', 'Sync', true],
      [3, 'switch', 'Switch', true],
      [4, 'contract', 'Retire', true],
      [5, 'purge', 'Delete', false],
    ]);
    for (const phase of phases) {
      expect(phase).toMatchObject({ entryChecks: expect.any(Array), exitChecks: expect.any(Array) });
      expect(phase).toHaveProperty('deploy');
      for (const step of phase.steps as Record<string, unknown>[]) {
        expect(step).toMatchObject({
          id: expect.any(String),
          kind: expect.any(String),
          sql: expect.any(Array),
          undo: expect.any(Array),
          transactional: expect.any(Boolean),
          rewrites: expect.any(Boolean),
          scans: expect.any(Boolean),
        });
        for (const lock of step.locks as unknown[])
          expect(lock).toEqual({ relation: 'public.users', mode: expect.any(String) });
      }
    }
  });

  it('gives the same plan for JSON and YAML, and changes nothing', async () => {
    const json = await on('plan', 'rename.json');
    const yaml = await on('plan', 'rename.yaml');
    expect(json.last().digest).toBe(yaml.last().digest);
    const [row] = await owner`select to_regnamespace('segue') as schema`;
    expect(row?.schema).toBeNull();
  });

  it('plans without a database, prints text without --json, and takes paths of the caller', async () => {
    const { code, stdout } = await segue('plan', 'rename.yaml');
    expect(code).toBe(0);
    expect(stdout).toContain('1. Add:');
    expect(stdout).toContain('New code may run from position 2, old code until position 3.');
    expect(stdout).toContain('assumed');
  });
});

describe('a life of a transition', () => {
  it('status, advance and rollback agree on names, positions and states', async () => {
    const empty = await spawned('status');
    expect([empty.code, empty.last()]).toEqual([0, { transitions: [] }]);

    const first = await spawned('advance', 'rename.yaml');
    expect(first.code, first.stderr).toBe(0);
    for (const event of first.lines()) expect(event).toHaveProperty('type');
    expect(first.last()).toMatchObject({
      type: 'result',
      name: 'rename-users-name',
      position: 1,
      phases: 5,
      state: 'ready',
      error: null,
    });

    const third = await on('advance', 'rename.json', '--to', '3');
    expect([third.code, third.last().position]).toEqual([0, 3]);
    const there = await on('advance', 'rename.yaml', '--to', '2');
    expect([there.code, there.last().position]).toEqual([0, 3]);

    const status = await on('status');
    expect(status.code).toBe(0);
    expect(status.last()).toEqual({
      transitions: [
        expect.objectContaining({
          name: 'rename-users-name',
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          position: 3,
          phases: 5,
          state: 'ready',
        }),
      ],
    });

    const back = await spawned('rollback', 'rename.yaml');
    expect([back.code, back.last().position, back.last().type]).toEqual([0, 2, 'result']);
    const start = await on('rollback', 'rename.yaml', '--to', '0');
    expect([start.code, start.last().position, start.last().state]).toEqual([0, 0, 'not_started']);
    const again = await on('rollback', 'rename.yaml');
    expect([again.code, again.last().position]).toEqual([0, 0]);

    const end = await on('advance', 'rename.yaml', '--to', 'end');
    expect([end.code, end.last().position, end.last().state]).toEqual([0, 4, 'retired']);
    const early = await spawned('advance', 'rename.yaml');
    expect([early.code, early.last().position]).toEqual([1, 4]);
    expect(early.last().error).toMatchObject({ code: 'check_failed' });

    const purged = await on('advance', 'rename.yaml', '--to', 'end', '--purge');
    expect([purged.code, purged.last().position, purged.last().state]).toEqual([0, 5, 'done']);
    const done = await on('advance', 'rename.yaml');
    expect([done.code, done.last().position]).toEqual([0, 5]);
    const never = await on('rollback', 'rename.yaml');
    expect(never.code).toBe(3);
    expect(await owner`select count(*)::int as n from users where full_name is not null`).toEqual([
      { n: 500 },
    ]);

    const other = workspace.write('other.yaml', RENAME_YAML.replace('to: full_name', 'to: title'));
    const refused = await spawned('advance', other);
    expect([refused.code, refused.last().error]).toEqual([
      2,
      expect.objectContaining({ code: 'other_operations' }),
    ]);
  });
});

describe('a conversion', () => {
  it('may give another type than the new column has: it is cast, there and back', async () => {
    await owner`create table codes (id int primary key, code text)`;
    await owner`insert into codes values (1, '12-a'), (2, null)`;
    const file = workspace.write(
      'codes.yaml',
      `name: codes
operations:
  - change_type: { table: codes, column: code, to: number, type: int, up: "left(code, 2)", down: "number", onFailure: reject }
`,
    );
    expect((await on('advance', file, '--to', '2', '--accept', '1.round_trip')).last()).toMatchObject({
      position: 2,
    });
    await owner`update codes set number = 34 where id = 2`;
    expect(await owner`select code, number from codes order by id`).toEqual([
      { code: '12-a', number: 12 },
      { code: '34', number: 34 },
    ]);
    expect((await on('rollback', file, '--to', '0')).code).toBe(0);
  });
});

describe('a person is needed', () => {
  const change = (name: string, rest: string) =>
    `name: ${name}\noperations:\n  - change_type: { table: notes, column: body, to: number, type: int, ${rest} }\n`;

  it('ends with 3 where a check is inconclusive, and goes on with --accept', async () => {
    const file = workspace.write('lossy.yaml', change('lossy', `onFailure: quarantine`));
    const stopped = await on('advance', file, '--to', '2');
    expect(stopped.code).toBe(3);
    expect(stopped.last()).toMatchObject({
      type: 'result',
      position: 1,
      error: { code: 'check_inconclusive' },
    });
    expect(JSON.stringify(stopped.last())).toContain('1.round_trip');
    const accepted = await on('advance', file, '--to', '2', '--accept', '1.round_trip');
    expect([accepted.code, accepted.last().position]).toEqual([0, 2]);
    const back = await on('rollback', file, '--to', '0');
    expect([back.code, back.last().position]).toEqual([0, 0]);
  });

  it('ends with 3 while another transition holds the table, with 3 after a drift, and with 3 while a lease is held', async () => {
    await owner`create table busy (id int primary key, a text, b text)`;
    const a = workspace.write(
      'a.yaml',
      'name: busy-a\noperations:\n  - rename_column: { table: busy, from: a, to: c }\n',
    );
    const b = workspace.write(
      'b.yaml',
      'name: busy-b\noperations:\n  - rename_column: { table: busy, from: b, to: d }\n',
    );
    expect((await on('advance', a)).code).toBe(0);
    const busy = await spawned('advance', b);
    expect([busy.code, busy.last().error]).toEqual([3, expect.objectContaining({ code: 'table_busy' })]);

    await owner`alter table busy add column surprise text`;
    const drift = await on('advance', a);
    expect([drift.code, drift.last().error]).toEqual([3, expect.objectContaining({ code: 'drift' })]);
    await owner`alter table busy drop column surprise`;

    const beat = () => owner`update segue.leases set owner = 'somebody', heartbeat_at = clock_timestamp()`;
    await beat();
    let beating = true;
    const beats = (async () => {
      while (beating) {
        await beat();
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    })();
    const held = await on('advance', a);
    beating = false;
    await beats;
    expect([held.code, held.last().error]).toEqual([3, expect.objectContaining({ code: 'lease_held' })]);
    // A holder that died: its last heartbeat is young, and no other follows.
    await owner`update segue.leases set heartbeat_at = now()`;
    const waited = await on('advance', a);
    expect([waited.code, waited.last().position]).toEqual([0, 2]);
    expect((await on('rollback', a, '--to', '0')).code).toBe(0);
  });

  it('ends with 3 before a rollback that would lose a value, and with 1 where a check fails', async () => {
    await owner`create table amounts (id int primary key, n int not null)`;
    await owner`insert into amounts values (1, 10)`;
    const file = workspace.write(
      'wide.yaml',
      'name: wide\noperations:\n  - change_type: { table: amounts, column: n, to: m, type: bigint, onFailure: "0" }\n',
    );
    expect((await on('advance', file, '--to', '2')).code).toBe(0);
    await owner`update amounts set m = 5000000000`;
    const lost = await on('rollback', file);
    expect([lost.code, lost.last().error]).toEqual([
      3,
      expect.objectContaining({ code: 'would_lose_values' }),
    ]);
    expect(JSON.stringify(lost.last())).toContain('5000000000');
    await owner`update amounts set m = 5`;
    expect((await on('rollback', file, '--to', '0')).code).toBe(0);

    const app = workspace.write(
      'app.yaml',
      'name: app-writes\ndualWrite: application\noperations:\n  - rename_column: { table: amounts, from: n, to: k }\n',
    );
    expect((await on('advance', app, '--to', '2')).code).toBe(0);
    await owner`update amounts set n = 77`;
    const failed = await on('advance', app);
    expect([failed.code, failed.last().error]).toEqual([
      1,
      expect.objectContaining({ code: 'check_failed' }),
    ]);
    expect(failed.last().position).toBe(2);
    expect((await on('rollback', app, '--to', '0')).code).toBe(0);
  });
});
