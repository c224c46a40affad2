import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordRequest } from '@/lib/core/migration-record';
import { advancePhase } from '@/lib/services/advance-phase';
import { createTransition } from '@/lib/services/create-transition';
import { editDraft } from '@/lib/services/edit-draft';
import { getTransitionLive } from '@/lib/services/get-transition-live';
import { getTransitionView } from '@/lib/services/get-transition-view';
import { readMigrationFile } from '@/lib/services/read-migration';
import { makeWorkspace, type Workspace } from '@/test/run-segue';
import { openServiceStory, type ServiceStory } from '@/test/service-story';
import { drizzleFolder, stockMigrate } from './drizzle-folder';

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** A file comes to the dashboard alone: its name and its time are said by a person, its folder is not there. */
describe('a file of another tool’s that was dropped on the page', () => {
  let story: ServiceStory;
  let workspace: Workspace;
  let folder: ReturnType<typeof drizzleFolder>;

  const file = (name: string, text: string, record: RecordRequest | null) => ({
    name,
    fileName: `${name}.sql`,
    text,
    answers: {},
    record,
  });
  const read = (migration: ReturnType<typeof file>) =>
    readMigrationFile(story.harness.context, { databaseId: story.databaseId, ...migration });
  const save = (migration: ReturnType<typeof file>) =>
    createTransition(story.harness.context, story.ada, { databaseId: story.databaseId, migration });
  const deploy = () => stockMigrate(story.harness.target.owner.url, workspace, 'm');
  const start = async (id: string, acknowledged: string[]) => {
    const { context } = story.harness;
    await advancePhase(context, story.ada, {
      id,
      version: await story.versionOf(id),
      deployConfirmed: true,
      acknowledged,
    });
    return story.settled(id);
  };

  beforeAll(async () => {
    workspace = makeWorkspace();
    story = await openServiceStory();
    folder = drizzleFolder(workspace, 'm');
    folder.add('notes', 'CREATE TABLE "notes" ("id" serial PRIMARY KEY, "body" text);');
  });
  afterAll(async () => {
    await story.close();
    workspace.remove();
  });

  it('is asked about nothing where the database has no journal', async () => {
    const view = await read(file('a', 'ALTER TABLE customers ADD COLUMN fax text;', null));
    expect(view.journal).toEqual({ places: [], refusal: null });
  });

  it('is recorded in drizzle-kit’s table with the bytes that it has, behind a question, and goes out again', async () => {
    await deploy();
    const text = 'ALTER TABLE "notes"\r\n  RENAME COLUMN "body" TO "content";\r\n';
    const written = folder.add('content', text);
    const bytes = readFileSync(path.join(workspace.folder, written));
    const table = { schema: 'drizzle', name: '__drizzle_migrations' };
    const record: RecordRequest = { tool: 'drizzle', table, tag: '0001_content', when: folder.whenOf(1) };
    const migration = file('content', text, record);
    const view = await read(migration);
    expect(view.journal).toEqual({
      places: [
        { tool: 'drizzle', table },
        { tool: 'drizzle-folders', table },
      ],
      refusal: null,
    });
    expect(view.plan?.phases[0]?.steps[0]).toMatchObject({
      id: '0.record',
      title: 'Record 0001_content.sql in drizzle.__drizzle_migrations',
    });
    const { id } = await save(migration);
    await story.approve(id);
    const journal = async () =>
      story.harness.sql`SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id`;
    // Nobody has seen the folder: a person says that what comes before it is recorded.
    await start(id, []);
    expect(await journal()).toHaveLength(1);
    const refused = await getTransitionLive(story.harness.context, id, story.ada);
    expect(refused.checks.find((check) => check.id === '0.record.before')).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('is every file before 0001_content.sql recorded?'),
    });
    await start(id, ['0.record.before']);
    expect((await journal())[1]).toEqual({ hash: sha256(bytes), created_at: String(folder.whenOf(1)) });
    await deploy();
    expect(await journal()).toHaveLength(2);

    expect((await read(migration)).journal.refusal?.message).toBeUndefined();
    expect((await read({ ...migration, name: 'other' })).journal.refusal?.message).toContain(
      '0001_content.sql is recorded in drizzle.__drizzle_migrations already',
    );
    await expect(save({ ...migration, name: 'other' })).rejects.toMatchObject({ code: 'not_allowed' });
    const earlier = { ...record, tag: '0000_before', when: folder.whenOf(0) + 1 };
    expect((await read({ ...migration, name: 'other', record: earlier })).journal.refusal?.message).toBe(
      'A file later than 0000_before.sql is recorded in drizzle.__drizzle_migrations.',
    );

    await story.rollBackAll(id);
    expect(await journal()).toHaveLength(1);
    await deploy();
    expect(await story.harness.sql`SELECT content FROM notes`).toEqual([]);
  });

  it('is recorded in Prisma’s table by its folder’s name; the draft keeps it, and may drop it', async () => {
    const { sql, context } = story.harness;
    await sql`CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;
    await sql`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('1', 'x', '20260101000000_init', now())`;
    const text = '\uFEFFALTER TABLE "customers" RENAME COLUMN "name" TO "full_name";\n';
    const tag = '20260202000000_full_name';
    const table = { schema: 'public', name: '_prisma_migrations' };
    const record: RecordRequest = { tool: 'prisma', table, tag, when: null };
    const migration = file('full name', text, record);
    expect((await read(migration)).journal.places).toContainEqual({ tool: 'prisma', table });
    expect(
      (await read({ ...migration, record: { ...record, tag: '20250101000000_old' } })).journal.refusal
        ?.message,
    ).toBe('A file later than 20250101000000_old/migration.sql is recorded in public._prisma_migrations.');
    // With its folder it is known what comes before it, and nobody is asked.
    const earlier = [{ tag: '20260101000000_init', when: null }];
    const whole = await read({ ...migration, record: { ...record, earlier } });
    expect(whole.plan?.phases[0]?.entryChecks[0]?.title).toBe(
      `All files before ${tag}/migration.sql are recorded in public._prisma_migrations`,
    );
    expect(whole.plan?.findings.map(({ rule }) => rule)).not.toContain('earlier-files-pending');
    const gap = [...earlier, { tag: '20260101000001_gap', when: null }];
    const pending = await read({ ...migration, record: { ...record, earlier: gap } });
    expect(pending.plan?.findings.map(({ rule }) => rule)).toContain('earlier-files-pending');
    const { id } = await save({ ...migration, record: null });
    const edit = async (next: RecordRequest | null) =>
      editDraft(context, story.ada, {
        id,
        databaseId: story.databaseId,
        version: await story.versionOf(id),
        migration: { ...migration, record: next },
      });
    expect((await getTransitionView(context, id, story.ada)).record).toBeNull();
    await edit(record);
    expect((await getTransitionView(context, id, story.ada)).record).toEqual({
      ...record,
      hash: sha256(text),
      earlier: null,
      make: false,
    });
    await story.approve(id);
    await start(id, ['0.record.before']);
    const rows = () =>
      sql`SELECT migration_name, checksum, applied_steps_count FROM _prisma_migrations ORDER BY 1`;
    expect((await rows())[1]).toEqual({
      migration_name: tag,
      checksum: sha256(text),
      applied_steps_count: 1,
    });
    await story.rollBackAll(id);
    expect(await rows()).toHaveLength(1);
    await edit(null);
    expect((await getTransitionView(context, id, story.ada)).record).toBeNull();
  });

  it('is not recorded by the step when a later one was recorded meanwhile', async () => {
    const { sql } = story.harness;
    await sql`CREATE SCHEMA later`;
    await sql`CREATE TABLE later.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint, name text, applied_at timestamptz DEFAULT now())`;
    const table = { schema: 'later', name: '__drizzle_migrations' };
    const tag = '20260303000000_phone';
    const record: RecordRequest = { tool: 'drizzle-folders', table, tag, when: null };
    const migration = file('phone', 'ALTER TABLE customers ADD COLUMN phone text;', record);
    const view = await read(migration);
    expect(view.journal.places.filter((place) => place.table.schema === 'later')).toEqual([
      { tool: 'drizzle-folders', table },
    ]);
    const steps = view.plan?.phases[0]?.steps[0]?.sql ?? [];
    await sql`INSERT INTO later.__drizzle_migrations (hash, created_at, name) VALUES ('x', ${Date.UTC(2026, 3, 4)}, '20260404000000_x')`;
    const guard = steps.find((statement) => statement.startsWith('DO ')) ?? '';
    await expect(sql.unsafe(guard)).rejects.toThrow(
      `a file later than ${tag}/migration.sql is recorded in later`,
    );
    expect((await read(migration)).journal.refusal).not.toBeNull();
  });
});
