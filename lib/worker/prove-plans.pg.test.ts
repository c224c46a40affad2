import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { runMove } from '@/lib/engine/run-move';
import { openTarget } from '@/lib/engine/target';
import { advancePhase } from '@/lib/services/advance-phase';
import { approvePlan } from '@/lib/services/approve-plan';
import { createTransition } from '@/lib/services/create-transition';
import { editDraft } from '@/lib/services/edit-draft';
import { getTransitionLive } from '@/lib/services/get-transition-live';
import { proveAgain } from '@/lib/services/prove-again';
import { requireTransition } from '@/lib/services/require-record';
import { askForProof, claimProof, findProof } from '@/lib/store/proofs';
import type { ProofView } from '@/lib/views/proof-view';
import { serverVariable, TEST_MAJORS } from '@/test/postgres/test-majors';
import { openServiceHarness, type ServiceHarness } from '@/test/service-harness';
import { proveNextPlan } from './prove-plans';

let harness: ServiceHarness;
let ada: Actor;
let databaseId: string;

beforeAll(async () => {
  harness = await openServiceHarness({ rows: 20 });
  ada = await harness.actor('Ada');
  databaseId = await harness.knowTarget(ada);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => harness.close());

const migration = (name: string, text: string, fileName = `${name}.sql`) => ({
  databaseId,
  migration: { name, fileName, text, answers: {} },
});

async function proofOf(id: string): Promise<ProofView> {
  const { proof } = await getTransitionLive(harness.context, id, ada);
  if (proof === null) throw new Error('it came from no file');
  return proof;
}

/** Servers that are there already, so that none has to be started. */
const onTestServer = () =>
  vi.stubEnv(
    'SEGUE_SCRATCH_URL',
    TEST_MAJORS.map((major) => process.env[serverVariable(major)] ?? '').join(' '),
  );

const worker = { worker: 'w1', signal: new AbortController().signal };
const prove = (options: { limitMs?: number; signal?: AbortSignal } = {}) =>
  proveNextPlan(harness.context, { ...worker, ...options });

it('proves a plan in a process of its own, once, until it is another plan; and names what differs', async () => {
  onTestServer();
  const { context } = harness;
  const { id } = await createTransition(
    context,
    ada,
    migration(
      'fax',
      "ALTER TABLE customers RENAME COLUMN email TO mail;\nCOMMENT ON TABLE customers IS 'people';",
    ),
  );
  expect(await proofOf(id)).toMatchObject({ state: 'waiting', mayRunAgain: false });
  expect(await prove()).toBe(true);
  expect(await proofOf(id)).toMatchObject({
    state: 'equal',
    sentence: expect.stringMatching(/^Proved on a copy \(PostgreSQL .+, 1 table, 60 rows\)/),
    differences: [],
    copyLacks: [],
    notes: [],
    mayRunAgain: true,
  });
  expect(await prove()).toBe(false);

  const before = await getTransitionLive(context, id, ada);
  await editDraft(context, ada, {
    id,
    version: before.version,
    ...migration('fax', 'ALTER TABLE customers ADD fax text;'),
  });
  expect(await proofOf(id)).toMatchObject({ state: 'waiting', sentence: expect.stringContaining('changed') });

  // The file says something else than what was planned: as if the reading of it were wrong.
  const { rollout } = await requireTransition(context.control, id);
  await context.control.execute(
    `UPDATE segue_control.migration_sources SET text = 'ALTER TABLE customers ADD fax varchar(9) NOT NULL' WHERE transition_id = '${id}'`,
  );
  expect(await prove()).toBe(true);
  const different = await proofOf(id);
  expect(different).toMatchObject({
    state: 'different',
    next: expect.stringContaining('before you approve'),
  });
  expect(different.differences).toContainEqual({
    what: 'column public.customers.fax',
    file: expect.stringContaining('character varying(9)'),
    plan: expect.stringMatching(/^text /),
  });
  expect(different.notes.join()).toContain('contains null values');

  await proveAgain(context, ada, { id });
  expect(await proofOf(id)).toMatchObject({ state: 'waiting' });
  expect(
    await claimProof(context.control, {
      rolloutId: rollout.id,
      planDigest: rollout.planDigest,
      worker: 'other',
    }),
  ).toBe(true);
  expect(await proofOf(id)).toMatchObject({ state: 'running' });
  expect(await prove(), 'another worker is at it').toBe(false);
  await context.control.execute(
    `UPDATE segue_control.proofs SET heartbeat_at = now() - interval '1 minute', worker = 'dead' WHERE rollout_id = '${rollout.id}'`,
  );
  expect(await prove({ signal: AbortSignal.abort() }), 'a dead worker’s is taken over').toBe(true);
  expect(await findProof(context.control, rollout.id)).toMatchObject({ state: 'queued', worker: null });
  expect(await prove({ limitMs: 50 })).toBe(true);
  expect(await proofOf(id)).toMatchObject({
    state: 'unproved',
    sentence: expect.stringContaining('took too long'),
    next: expect.stringContaining('SEGUE_PROVE_SECONDS'),
  });
});

it('runs nothing with a superuser’s rights, and says why nothing was proved', async () => {
  const { context } = harness;
  const { id } = await createTransition(
    context,
    ada,
    migration('escape', 'ALTER TABLE customers ADD phone text;'),
  );
  const { rollout } = await requireTransition(context.control, id);
  const attempt = async (text: string) => {
    await context.control.execute(
      `UPDATE segue_control.migration_sources SET text = $q$${text}$q$ WHERE transition_id = '${id}'`,
    );
    await askForProof(context.control, rollout.id);
    expect(await prove()).toBe(true);
    return proofOf(id);
  };
  expect(await attempt(`COPY customers (name) FROM PROGRAM 'echo got out'`)).toMatchObject({
    state: 'unproved',
    sentence: expect.stringMatching(
      /PostgreSQL refuses the file itself \(42501: .*(permission denied|must be superuser)/,
    ),
  });

  vi.stubEnv('SEGUE_SCRATCH_URL', 'postgres://nobody:secret@127.0.0.1:1/x');
  const nowhere = await attempt('SELECT 1');
  expect(nowhere).toMatchObject({
    state: 'unproved',
    sentence: expect.stringContaining('no server for the copies'),
  });
  expect(JSON.stringify(nowhere)).not.toContain('secret');
});

it('has nothing to say of operations, and proves pgroll’s by what pgroll’s documentation says of them', async () => {
  const { context } = harness;
  const own = await createTransition(context, ada, {
    databaseId,
    file: { name: 'own', operations: [{ add_column: { table: 'customers', column: 'a', type: 'text' } }] },
  });
  expect((await getTransitionLive(context, own.id, ada)).proof).toBeNull();
  await expect(proveAgain(context, ada, { id: own.id })).rejects.toMatchObject({ code: 'not_found' });
  const pgroll = await createTransition(
    context,
    ada,
    migration(
      'rolled',
      'operations:\n  - add_column: { table: customers, column: { name: b, type: text, nullable: true } }\n',
      'rolled.yaml',
    ),
  );
  expect(await prove()).toBe(true);
  expect(await proofOf(pgroll.id)).toMatchObject({
    state: 'equal',
    notes: [expect.stringContaining('pgroll’s documentation')],
    mayRunAgain: true,
  });
});

it('proves what has begun from the schema that was kept at its approval, and says where none was', async () => {
  onTestServer();
  const { context } = harness;
  const { id } = await createTransition(
    context,
    ada,
    migration('begun', 'ALTER TABLE customers RENAME COLUMN name TO full_name;'),
  );
  const { rollout } = await requireTransition(context.control, id);
  await approvePlan(context, ada, { id, planDigest: rollout.planDigest });
  const { version } = await getTransitionLive(context, id, ada);
  await advancePhase(context, ada, { id, version, deployConfirmed: true });
  const target = openTarget({ url: harness.target.owner.url });
  const { targetRolloutId } = (await requireTransition(context.control, id)).rollout;
  expect(await runMove(target, { rolloutId: targetRolloutId ?? '', owner: 'test' })).toMatchObject({
    kind: 'completed',
  });
  await target.close();
  const columns =
    await harness.sql`SELECT attname FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attname = 'full_name'`;
  expect(columns, 'the database has moved on').toHaveLength(1);

  expect(await proofOf(id)).toMatchObject({
    state: 'waiting',
    sentence: expect.stringContaining('from the schema that was kept at the approval'),
  });
  expect(await prove()).toBe(true);
  expect(await proofOf(id)).toMatchObject({
    state: 'equal',
    notes: [expect.stringContaining('as it was when the plan was approved')],
    copyLacks: [],
    mayRunAgain: true,
  });
  expect(await prove(), 'once').toBe(false);
  await proveAgain(context, ada, { id });
  expect(await proofOf(id)).toMatchObject({ state: 'waiting' });
  // As if the approval were older than the keeping of schemas, and the proof lost.
  await context.control.execute(`DELETE FROM segue_control.plan_schemas WHERE rollout_id = '${rollout.id}'`);
  expect(await prove(), 'nothing to prove it from').toBe(false);
  await context.control.execute(`DELETE FROM segue_control.proofs WHERE rollout_id = '${rollout.id}'`);
  expect(await proofOf(id)).toMatchObject({
    state: 'unproved',
    sentence: expect.stringContaining('was not kept at the approval'),
    next: 'Roll it back to its start to prove it.',
  });
  await expect(proveAgain(context, ada, { id })).rejects.toMatchObject({ code: 'not_allowed' });
});
