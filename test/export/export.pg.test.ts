import { readFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { callSegue } from '../call-segue';
import { dumpCatalog } from '../lifecycle/catalog-dump';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database';
import { FEWER_MAJORS } from '../postgres/test-majors';
import { makeWorkspace, type Workspace } from '../run-segue';
import { EXPORT_CASES, type ExportCase } from './export-cases';
import { ALWAYS, KIND_CASES, type KindCase, MORE_KIND_CASES, STOPPED } from './kind-cases';
import { phaseFolders, runAgain, runDrizzle, runFolder } from './run-export';

const FULL = process.env.SEGUE_TEST_FULL === '1';

interface World {
  readonly database: TestDatabase;
  readonly url: string;
  readonly owner: postgres.Sql;
  /** Everything of schema public, with the owner called "owner". */
  readonly schema: () => Promise<string[]>;
  readonly rows: (table: string) => Promise<unknown[]>;
  /** Rows of every table of schema public, by its name. */
  readonly allRows: () => Promise<Record<string, unknown[]>>;
  readonly close: () => Promise<void>;
}

async function makeWorld(major: Parameters<typeof createTestDatabase>[0], setup: string): Promise<World> {
  const database = await createTestDatabase({ ...major, setup, appRoles: 0 });
  const owner = postgres(database.owner.url, { max: 1, onnotice: () => undefined });
  const superuser = postgres(database.superuserUrl, { max: 1, onnotice: () => undefined });
  const rows = (table: string): Promise<unknown[]> =>
    owner.unsafe(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY 1::text, to_jsonb(t)::text`);
  return {
    database,
    url: database.owner.url,
    owner,
    rows,
    allRows: async () => {
      const tables = await owner<{ name: string }[]>`
        SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
      return Object.fromEntries(
        await Promise.all(tables.map(async ({ name }) => [name, await rows(name)] as const)),
      );
    },
    schema: async () =>
      (await dumpCatalog(superuser)).map((line) => line.replaceAll(database.owner.name, 'owner')).sort(),
    close: async () => {
      await Promise.all([owner.end(), superuser.end()]);
      await database.drop();
    },
  };
}

describe.each(FEWER_MAJORS)('an export, used without Segue, on PostgreSQL %i', (major) => {
  let workspace: Workspace;
  const worlds: World[] = [];
  const world = async (setup: string) => {
    const made = await makeWorld({ major }, setup);
    worlds.push(made);
    return made;
  };
  beforeAll(() => {
    workspace = makeWorkspace();
  });
  afterEach(async () => {
    for (const each of worlds.splice(0)) await each.close();
  });
  afterAll(() => workspace.remove());

  const segue = async (...args: string[]) => {
    const result = await callSegue(args, workspace.folder);
    expect([result.code, result.stderr]).toEqual([0, '']);
    return result;
  };
  const exported = async (each: Pick<ExportCase, 'name' | 'operations'>, format: string, url: string) => {
    const out = `${each.name}-${format}`;
    workspace.write(`${each.name}.yaml`, each.operations);
    await segue('export', `${each.name}.yaml`, '--format', format, '--out', out, '--database', url);
    return path.join(workspace.folder, out);
  };
  /** What code does at a position: each statement must work, and what one side writes the other reads. */
  const use = async ({ owner }: World, each: ExportCase, position: number) => {
    const { old, fresh } = each;
    if (old !== undefined && position <= old.until)
      for (const sql of old.statements(position)) await owner.unsafe(sql);
    if (fresh !== undefined && position >= fresh.from)
      for (const sql of fresh.statements(position)) await owner.unsafe(sql);
  };
  /** The same transition by the engine, with the same code between its phases. */
  const byEngine = async (each: ExportCase): Promise<World> => {
    const engine = await world(each.setup);
    workspace.write(`${each.name}.yaml`, each.operations);
    for (let position = 0; ; position += 1) {
      await use(engine, each, position);
      const moved = await segue(
        ...['advance', `${each.name}.yaml`, '--database', engine.url, '--json'],
        ...['--to', position >= each.phases - 1 ? 'end' : String(position + 1), '--purge'],
      );
      if (Number(moved.last().position) === each.phases) return engine;
    }
  };

  it.each(EXPORT_CASES)(
    '$name: drizzle’s migrator, deploy by deploy, and plain SQL, there and back',
    async (each) => {
      const engine = await byEngine(each);

      const deployed = await world(each.setup);
      const drizzleOut = await exported(each, 'drizzle', deployed.url);
      const table =
        /migrationsTable: '([^']+)'/.exec(readFileSync(path.join(drizzleOut, 'README.md'), 'utf8'))?.[1] ??
        '';
      const folders = phaseFolders(drizzleOut);
      expect(folders).toHaveLength(each.phases);
      for (const [position, folder] of folders.entries()) {
        await use(deployed, each, position);
        await runFolder(deployed.url, path.join(folder, 'before'));
        await runDrizzle(deployed.url, folder, table);
        await runFolder(deployed.url, path.join(folder, 'after'));
      }
      expect(await deployed.schema()).toEqual(await engine.schema());
      expect(await deployed.owner.unsafe(`SELECT FROM pg_namespace WHERE nspname = 'segue'`)).toHaveLength(0);

      const plain = await world(each.setup);
      const before = await plain.schema();
      const sqlOut = phaseFolders(await exported(each, 'sql', plain.url));
      const reversible = each.purges ? sqlOut.slice(0, -1) : sqlOut;
      const forward = async (list: readonly string[], from: number) => {
        for (const [index, folder] of list.entries()) {
          await use(plain, each, from + index);
          await runFolder(plain.url, path.join(folder, 'up'));
        }
      };
      await forward(reversible, 0);
      const written = await Promise.all(each.tables.map(({ at }) => plain.rows(at)));
      for (const folder of [...reversible].reverse()) await runFolder(plain.url, path.join(folder, 'down'));
      expect(await plain.schema()).toEqual(before);
      expect(
        (await Promise.all(each.tables.map(({ was }) => plain.rows(was)))).map((rows) => rows.length),
      ).toEqual(written.map((rows) => rows.length));
      if (each.again === false) return;
      await forward(sqlOut, 0);
      expect(await plain.schema()).toEqual(await engine.schema());
      for (const { at } of each.tables) expect((await plain.rows(at)).length).toBeGreaterThan(0);
    },
  );

  const kinds = Object.entries<KindCase>({
    ...(FULL ? { ...KIND_CASES, ...MORE_KIND_CASES } : ALWAYS),
  }).filter(([kind]) => kind !== 'add_generated_column' || major >= 18);

  it.each(kinds)('%s: by files as by the engine, there, back and there again', async (kind, each) => {
    const name = kind.replaceAll(/\W/g, '-');
    const one = { name, operations: stringify({ name, operations: each.operations }) };
    const engine = await world(each.setup);
    const start = { schema: await engine.schema(), rows: await engine.allRows() };
    workspace.write(`${name}.yaml`, one.operations);
    if (each.refused !== undefined) {
      const files = ['export', `${name}.yaml`, '--format', 'sql', '--out', name, '--database', engine.url];
      expect(await callSegue(files, workspace.folder)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(each.refused),
      });
      return;
    }
    const advance = ['advance', `${name}.yaml`, '--database', engine.url, '--to', 'end'];
    await segue(...advance, '--purge', '--accept', '*');
    const end = { schema: await engine.schema(), rows: await engine.allRows() };

    const deployed = await world(each.setup);
    const drizzleOut = await exported(one, 'drizzle', deployed.url);
    const table =
      /migrationsTable: '([^']+)'/.exec(readFileSync(path.join(drizzleOut, 'README.md'), 'utf8'))?.[1] ?? '';
    for (const folder of phaseFolders(drizzleOut)) {
      await runFolder(deployed.url, path.join(folder, 'before'));
      await runDrizzle(deployed.url, folder, table);
      await runFolder(deployed.url, path.join(folder, 'after'));
    }
    expect(await deployed.schema()).toEqual(end.schema);
    expect(await deployed.allRows()).toEqual(end.rows);

    const plain = await world(each.setup);
    const sqlOut = phaseFolders(await exported(one, 'sql', plain.url));
    const reversible = sqlOut.filter((folder) => !folder.endsWith('-delete'));
    for (const folder of reversible) await runFolder(plain.url, path.join(folder, 'up'));
    for (const folder of [...reversible].reverse()) await runFolder(plain.url, path.join(folder, 'down'));
    if (each.keeps !== true) {
      const back = (lines: readonly string[]) => lines.filter((line) => each.stays?.test(line) !== true);
      expect(back(await plain.schema())).toEqual(back(start.schema));
      if (each.fills !== true) expect(await plain.allRows()).toEqual(start.rows);
      if (each.stays !== undefined) return;
      for (const folder of sqlOut) await runFolder(plain.url, path.join(folder, 'up'));
      expect(await plain.schema()).toEqual(end.schema);
      expect(await plain.allRows()).toEqual(end.rows);
    }
  });

  it('rows that a file deletes or brings back: stopped in the middle and run again', async () => {
    const plain = await world(STOPPED.setup);
    const start = await plain.allRows();
    const one = {
      name: 'stopped',
      operations: stringify({ name: 'stopped', operations: STOPPED.operations }),
    };
    const [sync = ''] = phaseFolders(await exported(one, 'sql', plain.url));
    const left = async () => {
      const [row] = await plain.owner<{ rows: number }[]>`SELECT count(*)::integer AS rows FROM owners`;
      return row?.rows ?? 0;
    };
    const stoppedAt: number[] = [];
    const mend = async () => {
      stoppedAt.push(await left());
      await plain.owner`DELETE FROM stops`;
    };
    expect(await runAgain(plain.url, path.join(sync, 'up'), mend)).toEqual([
      expect.stringMatching(/delete-rows-of-owners/),
    ]);
    expect(await left()).toBe(3);
    expect(await plain.rows('pets')).toHaveLength(1);
    await plain.owner`INSERT INTO stops DEFAULT VALUES`;
    expect(await runAgain(plain.url, path.join(sync, 'down'), mend)).toEqual([
      expect.stringMatching(/delete-rows-of-owners/),
    ]);
    // Some batches were done by then, some not.
    expect(stoppedAt).toEqual([2503, 2003]);
    expect(await plain.allRows()).toEqual({ ...start, 'public.stops': [] });
  });
});
