import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { codeOf, openServiceStory, renameFile, type ServiceStory } from '@/test/service-story';
import { abandonTransition } from './abandon-transition';
import { addDatabase } from './add-database';
import { advancePhase } from './advance-phase';
import { createTransition } from './create-transition';
import { describeTable } from './describe-table';
import { duplicateTransition } from './duplicate-transition';
import { editDraft } from './edit-draft';
import { exportTransition } from './export-transition';
import { getTransitionLive } from './get-transition-live';
import { getTransitionView } from './get-transition-view';
import { listActivity } from './list-activity';
import { listDatabases } from './list-databases';
import { listTables } from './list-tables';
import { previewPlan } from './preview-plan';
import { removeDatabase } from './remove-database';
import { testDatabase, testNewDatabase } from './test-database';
import { updateDatabase } from './update-database';

let story: ServiceStory;
let ada: Actor;
let bob: Actor;
let databaseId: string;

beforeAll(async () => {
  story = await openServiceStory();
  ({ ada, bob, databaseId } = story);
});

afterAll(() => story.close());

describe('a database', () => {
  it('keeps its URL encrypted and shows it without the password', async () => {
    const password = new URL(story.harness.target.owner.url).password;
    const rows = await story.harness.context.control.execute(
      sql`select databases::text as row from segue_control.databases`,
    );
    expect(JSON.stringify(rows)).not.toContain(password);
    const listed = await listDatabases(story.harness.context);
    expect(JSON.stringify(listed)).not.toContain(password);
    expect(listed[0]).toMatchObject({ name: 'Shop', environment: 'staging', state: 'ok' });
    expect(JSON.stringify(await listActivity(story.harness.context))).not.toContain(password);
  });

  it('is refused twice, under a taken name, without a URL, and out of reach', async () => {
    const { context, target } = story.harness;
    const input = { name: 'Other', environment: 'staging', url: target.owner.url, tls: 'disable' } as const;
    expect(await codeOf(addDatabase(context, ada, input))).toBe('conflict');
    expect(await codeOf(addDatabase(context, ada, { ...input, url: 'mysql://x/y' }))).toBe('invalid_input');
    const away = new URL(target.owner.url);
    away.port = '1';
    const refusal = await addDatabase(context, ada, { ...input, url: away.href }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'connection_failed' });
    expect(String(refusal)).not.toContain(away.password);
    expect(await testNewDatabase({ url: away.href })).toMatchObject({ state: 'unreachable' });
    expect(await testDatabase(context, { id: databaseId })).toMatchObject({ state: 'ok', unreachable: null });
  });

  it('is reached by another URL of its own, never of another database', async () => {
    const { context, target, controlUrl } = story.harness;
    const renamed = await updateDatabase(context, ada, { id: databaseId, name: 'Store' });
    expect(renamed).toMatchObject({ name: 'Store', state: 'ok' });
    expect(await codeOf(updateDatabase(context, ada, { id: databaseId, url: controlUrl }))).toBe('conflict');
    const moved = new URL(target.owner.url);
    moved.hostname = 'localhost';
    const shown = await updateDatabase(context, ada, { id: databaseId, name: 'Shop', url: moved.href });
    expect(shown.url).toContain('@localhost:');
    expect(await listTables(context, databaseId)).toHaveLength(1);
    await updateDatabase(context, ada, { id: databaseId, url: target.owner.url });
  });

  it('shows its tables and what hangs on a column', async () => {
    expect(await listTables(story.harness.context, databaseId)).toEqual([
      expect.objectContaining({ schema: 'public', name: 'customers', estimatedRows: 100 }),
    ]);
    const table = await describeTable(story.harness.context, {
      databaseId,
      schema: 'public',
      name: 'customers',
    });
    expect(table.columns.map(({ name, primaryKey }) => [name, primaryKey])).toEqual([
      ['id', true],
      ['name', false],
      ['email', false],
    ]);
    expect(
      await codeOf(describeTable(story.harness.context, { databaseId, schema: 'public', name: 'nothing' })),
    ).toBe('unknown_table');
  });

  it('is not removed under a transition that is not ended', async () => {
    const id = await story.draft('in the way');
    expect(await codeOf(removeDatabase(story.harness.context, ada, { id: databaseId }))).toBe('not_allowed');
    await abandonTransition(story.harness.context, ada, { id, version: await story.versionOf(id) });
    expect((await getTransitionLive(story.harness.context, id, ada)).status).toBe('abandoned');
  });
});

describe('a draft', () => {
  it('leaves as an archive of files, in the form that is asked for', async () => {
    const id = await story.draft('take along');
    const { context } = story.harness;
    for (const format of ['sql', 'drizzle']) {
      const { bytes, fileName } = await exportTransition(context, { id, format });
      expect(fileName).toBe(`take-along-${format}.zip`);
      expect(bytes.toString('latin1')).toContain(`take-along-${format}/README.md`);
    }
    expect(await codeOf(exportTransition(context, { id, format: 'prisma' }))).toBe('invalid_input');
  });

  it('is refused with the field that is wrong', async () => {
    const file = {
      name: 'wrong',
      operations: [{ rename_column: { table: 'customers', from: 'nothing', to: 'full_name' } }],
    };
    await expect(previewPlan(story.harness.context, { databaseId, file })).rejects.toMatchObject({
      code: 'unknown_column',
      evidence: { fields: { 'file.operations.0.rename_column.from': expect.any(String) } },
    });
  });

  it('with SQL of one’s own runs none of it in the preview; a trial is asked for', async () => {
    const { context, sql } = story.harness;
    // What a sequence gave out stays given out when a transaction is rolled back: it tells whether anything ran.
    await sql`create sequence trials`;
    const up = "ALTER TABLE public.customers ADD COLUMN tried bigint DEFAULT nextval('public.trials')";
    const down = 'ALTER TABLE public.customers DROP COLUMN tried';
    const input = { databaseId, file: { name: 'own', operations: [{ free_sql: { up, down } }] } };
    const ran = async () => (await sql<{ ran: boolean }[]>`select is_called as ran from trials`)[0]?.ran;
    const rules = ({ plan }: Awaited<ReturnType<typeof previewPlan>>) =>
      plan.findings.map(({ rule }) => rule);

    expect(rules(await previewPlan(context, input))).toContain('locks-unknown');
    expect(await ran()).toBe(false);
    expect(rules(await previewPlan(context, { ...input, trySql: true }))).not.toContain('locks-unknown');
    expect(await ran()).toBe(true);

    const badUp = 'ALTER TABLE public.customers ADD COLUMN tried public.nothing';
    const wrong = { databaseId, file: { name: 'own', operations: [{ free_sql: { up: badUp, down } }] } };
    expect(rules(await previewPlan(context, wrong))).toContain('locks-unknown');
    expect(await codeOf(previewPlan(context, { ...wrong, trySql: true }))).toBe('bad_expression');
    expect(await codeOf(createTransition(context, bob, wrong))).toBe('bad_expression');
  });

  it('with SQL of one’s own is the same plan while the table is locked: the trial tells less, the digest nothing', async () => {
    const { context, sql } = story.harness;
    const up = 'ALTER TABLE public.customers ADD COLUMN meanwhile bigint';
    const down = 'ALTER TABLE public.customers DROP COLUMN meanwhile';
    const file = { name: 'meanwhile', operations: [{ free_sql: { up, down } }] };
    const tried = () => previewPlan(context, { databaseId, file, trySql: true });
    const free = await tried();
    const rules = ({ plan }: typeof free) => plan.findings.map(({ rule }) => rule);
    expect(rules(free)).not.toContain('locks-unknown');
    const locked = await sql.begin(async (tx) => {
      await tx`lock table customers in row exclusive mode`;
      return tried();
    });
    expect(rules(locked)).toContain('locks-unknown');
    expect(locked.plan.digest).toBe(free.plan.digest);
  });

  it('is edited, copied and abandoned; its name is its own; an old page gets a conflict', async () => {
    const { context } = story.harness;
    const id = await story.draft('drafted');
    expect(await codeOf(createTransition(context, bob, { databaseId, file: renameFile('drafted') }))).toBe(
      'name_taken',
    );
    const version = await story.versionOf(id);
    await editDraft(context, ada, { id, databaseId, file: renameFile('edited'), version });
    expect(await codeOf(editDraft(context, bob, { id, databaseId, file: renameFile('late'), version }))).toBe(
      'conflict',
    );
    const copy = await duplicateTransition(context, bob, { id });
    expect((await getTransitionView(context, copy.id, bob)).name).toBe('edited copy');
    for (const each of [id, copy.id]) {
      await abandonTransition(context, ada, { id: each, version: await story.versionOf(each) });
    }
    expect(await codeOf(advancePhase(context, ada, { id, version: await story.versionOf(id) }))).toBe(
      'not_allowed',
    );
  });

  it('loses its approval by an edit', async () => {
    const { context } = story.harness;
    const id = await story.draft('approved once');
    await story.approve(id);
    await editDraft(context, ada, {
      id,
      databaseId,
      file: {
        name: 'approved once',
        operations: [{ rename_column: { table: 'customers', from: 'name', to: 'title' } }],
      },
      version: await story.versionOf(id),
    });
    const live = await getTransitionLive(context, id, ada);
    expect(live.approval.state).toBe('missing');
    expect(await codeOf(advancePhase(context, ada, { id, version: live.version }))).toBe('approval_missing');
    await abandonTransition(context, ada, { id, version: live.version });
  });
});
