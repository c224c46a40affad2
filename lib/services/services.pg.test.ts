import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { startWorker, type Worker } from '@/lib/worker/worker';
import { openServiceHarness, type ServiceHarness } from '@/test/service-harness';
import { abandonTransition } from './abandon-transition';
import { addDatabase } from './add-database';
import { advancePhase } from './advance-phase';
import { approvePlan } from './approve-plan';
import { changeSettings } from './change-settings';
import { createTransition } from './create-transition';
import { describeTable } from './describe-table';
import { duplicateTransition } from './duplicate-transition';
import { editDraft } from './edit-draft';
import { getTransitionLive } from './get-transition-live';
import { getTransitionView } from './get-transition-view';
import { listActivity } from './list-activity';
import { listDatabases } from './list-databases';
import { listTables } from './list-tables';
import { listTransitions } from './list-transitions';
import { previewPlan } from './preview-plan';
import { removeDatabase } from './remove-database';
import { rollBackPhase } from './roll-back-phase';
import { testDatabase, testNewDatabase } from './test-database';
import { updateDatabase } from './update-database';
import { watchRollouts } from './watch-rollouts';

let harness: ServiceHarness;
let ada: Actor;
let bob: Actor;
let databaseId: string;
let worker: Worker;

beforeAll(async () => {
  harness = await openServiceHarness();
  ada = await harness.actor('Ada');
  bob = await harness.actor('Bob');
  const { context, target } = harness;
  const added = await addDatabase(context, ada, {
    name: 'Shop',
    environment: 'staging',
    url: target.owner.url,
    tls: 'disable',
  });
  databaseId = added.id;
  worker = await startWorker(await harness.secondContext());
});

afterAll(async () => {
  await worker.stop();
  await harness.close();
});

const rename = (name: string, table = 'customers') => ({
  name,
  operations: [{ rename_column: { table, from: 'name', to: 'full_name' } }],
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'succeeded';
  } catch (error) {
    if (error instanceof SegueError) return error.code;
    throw error;
  }
}

async function draft(name: string): Promise<string> {
  return (await createTransition(harness.context, ada, { databaseId, file: rename(name) })).id;
}

async function approve(id: string, actor = ada): Promise<void> {
  const view = await getTransitionView(harness.context, id, actor);
  await approvePlan(harness.context, actor, { id, planDigest: view.plan.digest });
}

async function versionOf(id: string): Promise<number> {
  return (await getTransitionLive(harness.context, id, ada)).version;
}

/** Waits until nothing moves. */
async function settled(id: string) {
  const giveUp = Date.now() + 30_000;
  for (;;) {
    const live = await getTransitionLive(harness.context, id, ada);
    if (!live.inFlight) return live;
    if (Date.now() > giveUp) throw new Error(`no rest in 30 s: ${JSON.stringify(live.sentence)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function advance(id: string, actor = ada) {
  await advancePhase(harness.context, actor, { id, version: await versionOf(id), deployConfirmed: true });
  return settled(id);
}

async function rollBackAll(id: string): Promise<void> {
  for (;;) {
    const live = await settled(id);
    if (live.track.position === 0) return;
    await rollBackPhase(harness.context, ada, { id, version: live.version });
  }
}

describe('a database', () => {
  it('keeps its URL encrypted and shows it without the password', async () => {
    const password = new URL(harness.target.owner.url).password;
    const rows = await harness.context.control.execute(
      sql`select databases::text as row from segue_control.databases`,
    );
    expect(JSON.stringify(rows)).not.toContain(password);
    const listed = await listDatabases(harness.context);
    expect(JSON.stringify(listed)).not.toContain(password);
    expect(listed[0]).toMatchObject({ name: 'Shop', environment: 'staging', state: 'ok' });
    expect(JSON.stringify(await listActivity(harness.context))).not.toContain(password);
  });

  it('is refused twice, under a taken name, without a URL, and out of reach', async () => {
    const { context, target } = harness;
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
    const { context, target, controlUrl } = harness;
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
    expect(await listTables(harness.context, databaseId)).toEqual([
      expect.objectContaining({ schema: 'public', name: 'customers', estimatedRows: 100 }),
    ]);
    const table = await describeTable(harness.context, { databaseId, schema: 'public', name: 'customers' });
    expect(table.columns.map(({ name, primaryKey }) => [name, primaryKey])).toEqual([
      ['id', true],
      ['name', false],
      ['email', false],
    ]);
    expect(
      await codeOf(describeTable(harness.context, { databaseId, schema: 'public', name: 'nothing' })),
    ).toBe('unknown_table');
  });

  it('is not removed under a transition that is not ended', async () => {
    const id = await draft('in the way');
    expect(await codeOf(removeDatabase(harness.context, ada, { id: databaseId }))).toBe('not_allowed');
    await abandonTransition(harness.context, ada, { id, version: await versionOf(id) });
    expect((await getTransitionLive(harness.context, id, ada)).status).toBe('abandoned');
  });
});

describe('a draft', () => {
  it('is refused with the field that is wrong', async () => {
    const file = {
      name: 'wrong',
      operations: [{ rename_column: { table: 'customers', from: 'nothing', to: 'full_name' } }],
    };
    await expect(previewPlan(harness.context, { databaseId, file })).rejects.toMatchObject({
      code: 'unknown_column',
      evidence: { fields: { 'file.operations.0.rename_column.from': expect.any(String) } },
    });
  });

  it('is edited, copied and abandoned; its name is its own; an old page gets a conflict', async () => {
    const { context } = harness;
    const id = await draft('drafted');
    expect(await codeOf(createTransition(context, bob, { databaseId, file: rename('drafted') }))).toBe(
      'name_taken',
    );
    const version = await versionOf(id);
    await editDraft(context, ada, { id, databaseId, file: rename('edited'), version });
    expect(await codeOf(editDraft(context, bob, { id, databaseId, file: rename('late'), version }))).toBe(
      'conflict',
    );
    const copy = await duplicateTransition(context, bob, { id });
    expect((await getTransitionView(context, copy.id, bob)).name).toBe('edited copy');
    for (const each of [id, copy.id]) {
      await abandonTransition(context, ada, { id: each, version: await versionOf(each) });
    }
    expect(await codeOf(advancePhase(context, ada, { id, version: await versionOf(id) }))).toBe(
      'not_allowed',
    );
  });

  it('loses its approval by an edit', async () => {
    const { context } = harness;
    const id = await draft('approved once');
    await approve(id);
    await editDraft(context, ada, {
      id,
      databaseId,
      file: {
        name: 'approved once',
        operations: [{ rename_column: { table: 'customers', from: 'name', to: 'title' } }],
      },
      version: await versionOf(id),
    });
    const live = await getTransitionLive(context, id, ada);
    expect(live.approval.state).toBe('missing');
    expect(await codeOf(advancePhase(context, ada, { id, version: live.version }))).toBe('approval_missing');
    await abandonTransition(context, ada, { id, version: live.version });
  });
});

describe('an advance', () => {
  let id: string;
  beforeEach(async () => {
    id = await draft(`move ${Date.now()}`);
  });
  afterEach(async () => {
    await rollBackAll(id);
    await abandonTransition(harness.context, ada, { id, version: await versionOf(id) });
  });

  it('is refused without an approval, runs with one, and is taken back by one click', async () => {
    const { context } = harness;
    expect(await codeOf(advancePhase(context, ada, { id, version: await versionOf(id) }))).toBe(
      'approval_missing',
    );
    await approve(id);
    expect(await advance(id)).toMatchObject({ status: 'ready', approval: { state: 'valid' } });
    const done = await advance(id);
    expect(done.track.position).toBe(2);
    expect(done.backfills[0]).toMatchObject({ state: 'done', rowsDone: 100 });
    expect(await harness.sql`select count(*)::int as n from customers where full_name = name`).toEqual([
      { n: 100 },
    ]);
    const item = (await listTransitions(context)).find((each) => each.id === id);
    expect(item).toMatchObject({ status: 'ready', group: 'waiting', track: { position: 2 } });
    await rollBackPhase(context, bob, { id, version: done.version });
    const back = await settled(id);
    expect(back.track.position).toBe(1);
    expect(back.history[1]).toMatchObject({ actor: 'Bob', what: 'Rolled back Sync' });
  });

  it('by two people at once is won by exactly one; the other is told who', async () => {
    await approve(id);
    const other = await harness.secondContext();
    const version = await versionOf(id);
    const clicks = await Promise.allSettled([
      advancePhase(harness.context, ada, { id, version, deployConfirmed: true }),
      advancePhase(other, bob, { id, version, deployConfirmed: true }),
      advancePhase(harness.context, bob, { id, version, deployConfirmed: true }),
    ]);
    const lost = clicks.flatMap((click) => (click.status === 'rejected' ? [click.reason] : []));
    expect(lost).toHaveLength(2);
    for (const reason of lost) {
      expect(reason).toMatchObject({ code: 'conflict' });
      expect(String(reason)).toMatch(/(Ada|Bob) started the next phase/);
    }
    const live = await settled(id);
    expect(live.track.position).toBe(1);
    expect(live.history.filter(({ what }) => what === 'Started Add')).toHaveLength(1);

    const again = await Promise.allSettled([
      advancePhase(harness.context, ada, { id, version: live.version, deployConfirmed: true }),
      rollBackPhase(other, bob, { id, version: live.version }),
    ]);
    expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await settled(id);
  });

  it('is refused after a drift, with what changed, until somebody approves again', async () => {
    const { context } = harness;
    await approve(id);
    await advance(id);
    await harness.sql.unsafe('alter table customers add column loose integer');
    const version = await versionOf(id);
    // The worker looks now and then, whether a page is open or not.
    await watchRollouts(context);
    expect((await listTransitions(context)).find((each) => each.id === id)?.waitingFor).toBe(
      'Approval: the schema changed',
    );
    const refusal = await advancePhase(context, ada, { id, version }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'drift' });
    const live = await getTransitionLive(context, id, ada);
    expect(live.approval.state).toBe('void');
    expect(live.approval.changes.join('\n')).toContain('loose');
    await harness.sql.unsafe('alter table customers drop column loose');
    expect((await getTransitionLive(context, id, ada)).approval.state).toBe('void');
    await approve(id, bob);
    expect((await advance(id)).track.position).toBe(2);
  });

  it('before the first move is refused after a drift too, and plans anew', async () => {
    const { context } = harness;
    await approve(id);
    await harness.sql.unsafe('create index customers_name on customers (name)');
    expect(await codeOf(advancePhase(context, ada, { id, version: await versionOf(id) }))).toBe('drift');
    expect(await codeOf(approve(id))).toBe('drift');
    await approve(id);
    expect((await advance(id)).status).toBe('ready');
    await rollBackAll(id);
    await harness.sql.unsafe('drop index customers_name');
    expect(await codeOf(advancePhase(context, ada, { id, version: await versionOf(id) }))).toBe('drift');
    expect((await getTransitionLive(context, id, ada)).approval.state).toBe('void');
  });

  it('asks what must be live first, and records the answer', async () => {
    const { context } = harness;
    await approve(id);
    const { phases } = await getTransitionView(context, id, ada);
    const asking = phases.find((phase) => (phase.deploy?.question ?? null) !== null);
    const question = asking?.deploy?.question;
    expect(question).toEqual(expect.any(String));
    for (let position = 1; position < (asking?.number ?? 0); position += 1) await advance(id);
    const version = await versionOf(id);
    await expect(advancePhase(context, ada, { id, version })).rejects.toMatchObject({
      code: 'confirmation_missing',
      evidence: { question },
    });
    const done = await advance(id);
    expect(done.track.position).toBe(asking?.number);
    expect(done.history.map(({ detail }) => detail)).toContain(`${question} Yes.`);
  });

  it('keeps settings that were changed before and after it started', async () => {
    const { context } = harness;
    await changeSettings(context, ada, { id, settings: { batchRows: 10 } });
    expect((await getTransitionLive(context, id, ada)).settings.batchRows).toBe(10);
    await approve(id);
    await advance(id);
    await changeSettings(context, ada, { id, settings: { batchRows: 25, retentionMs: 0 } });
    expect((await getTransitionLive(context, id, ada)).settings).toMatchObject({
      batchRows: 25,
      retentionMs: 0,
    });
  });
});

it('goes the whole way; Delete asks for the table’s name', async () => {
  const { context } = harness;
  const id = await draft('whole way');
  await changeSettings(context, ada, { id, settings: { retentionMs: 0 } });
  await approve(id);
  for (let position = 1; position <= 4; position += 1) {
    expect((await advance(id)).track.position).toBe(position);
  }
  const { version } = await getTransitionLive(context, id, ada);
  expect(await codeOf(advancePhase(context, ada, { id, version, deployConfirmed: true }))).toBe(
    'confirmation_missing',
  );
  await advancePhase(context, ada, { id, version, deployConfirmed: true, typedTable: 'customers' });
  expect(await settled(id)).toMatchObject({ status: 'done' });
  expect((await listTransitions(context)).find((each) => each.id === id)?.group).toBe('ended');
  const columns = await harness.sql`select column_name from information_schema.columns
    where table_name = 'customers' and table_schema = 'public' order by 1`;
  expect(columns.map((row) => row.column_name)).toEqual(['email', 'full_name', 'id']);
});
