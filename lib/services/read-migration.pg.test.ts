import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { MigrationView } from '@/lib/views/migration-view';
import { codeOf, openServiceStory, renameFile, type ServiceStory } from '@/test/service-story';
import { createTransition } from './create-transition';
import { duplicateTransition } from './duplicate-transition';
import { editDraft } from './edit-draft';
import { getTransitionOrigin } from './get-transition-origin';
import { getTransitionView } from './get-transition-view';
import { readMigrationFile } from './read-migration';
import { runInProcess } from './run-in-process';

vi.mock('./run-in-process', { spy: true });

const TEXT = `-- adds a country
ALTER TABLE customers ADD COLUMN country text NOT NULL;
CREATE INDEX customers_email ON customers (email);`;
const QUESTION = 'value:public.customers.country';

let story: ServiceStory;

beforeAll(async () => {
  story = await openServiceStory();
});

afterAll(() => story.close());

const file = (text: string, answers: Record<string, string> = {}) => ({
  name: 'add-country',
  fileName: '0007_add-country.sql',
  text,
  answers,
});

const read = (text: string, answers?: Record<string, string>): Promise<MigrationView> =>
  readMigrationFile(story.harness.context, { databaseId: story.databaseId, ...file(text, answers) });

describe('a raw migration file', () => {
  it('is read against the database: what it would do at its size, what it asks, and the plan once that is answered', async () => {
    const open = await read(TEXT);
    expect(open.statements.map(({ line, endLine, fate }) => [line, endLine, fate.kind])).toEqual([
      [2, 2, 'asks'],
      [3, 3, 'operation'],
    ]);
    expect(open.questions).toMatchObject([{ id: QUESTION, line: 2, required: true, answer: null }]);
    expect(open.plan).toBeNull();
    const build = open.findings.find(({ rule }) => rule === 'create-index-blocks-writes');
    expect(build).toMatchObject({ statement: 1, line: 3, relation: 'public.customers', lock: 'SHARE' });
    expect(build?.work).toMatchObject({ rows: 100 });
    expect(build?.work?.bytes).toBeGreaterThan(0);
    expect(open.rules['create-index-blocks-writes']?.title).toBe('CREATE INDEX');

    const planned = await read(TEXT, { [QUESTION]: "'DE'" });
    expect(planned.refusal).toBeNull();
    expect(planned.operations.map(({ kind }) => kind)).toEqual(['add_column', 'add_index']);
    expect(planned.plan?.phases.map(({ kind }) => kind)).toContain('dual_write');
    expect(planned.statements.map(({ fate }) => fate)).toEqual([
      { kind: 'operation', operations: [0] },
      { kind: 'operation', operations: [1] },
    ]);
  });

  it('says where it is at fault, and still reads the rest', async () => {
    const view = await read(
      'ALTER TABLE customers ADD COLUM x int;\n\\set on\nSELECT 1;\nALTER TABLE nothing ADD COLUMN a int;',
    );
    expect(view.findings.find(({ caret }) => caret)).toMatchObject({ line: 1, rule: 'syntax-error' });
    expect(view.findings.map(({ line, rule }) => [line, rule])).toContainEqual([2, 'psql-command']);
    expect(view.findings.find(({ line }) => line === 4)?.message).toContain('nothing');
    expect(view.plan).toBeNull();
  });

  it('names the operation that its answer does not fit, and forgets answers to what it no longer asks', async () => {
    const view = await read(TEXT, { [QUESTION]: 'no_such_function()', 'value:public.gone.x': '1' });
    expect(view.plan).toBeNull();
    expect(view.refusal).toMatchObject({ operation: 0 });
    expect(view.refusal?.message).toContain('no_such_function');
  });

  it('is refused empty, binary, too large and too long, and called off when nobody waits', async () => {
    for (const text of ['', '  \n', 'a\0', `--${'x'.repeat(5 * 1024 * 1024)}`])
      expect(await codeOf(read(text))).toBe('invalid_input');
    await expect(read('SELECT 1;'.repeat(5001))).rejects.toThrow('5,001 statements');
    const called = new AbortController();
    called.abort();
    await expect(
      readMigrationFile(story.harness.context, {
        databaseId: story.databaseId,
        signal: called.signal,
        ...file(TEXT),
      }),
    ).rejects.toThrow(/abort/i);
  });

  it('is read and saved by another process where it is long, with the same answers, refusals and end', async () => {
    const { context } = story.harness;
    const { ada, databaseId } = story;
    const processes = vi.mocked(runInProcess);
    // The worker of this story proves plans in processes too.
    const readings = () =>
      processes.mock.calls.flatMap(([program], at) =>
        program.endsWith('reading-process.ts') ? [processes.mock.results[at]?.value] : [],
      );
    const before = readings().length;
    await read(TEXT);
    expect(readings()).toHaveLength(before);

    const columns = Array.from({ length: 101 }, (_, n) => `ALTER TABLE customers ADD COLUMN long_${n} text;`);
    const long = columns.join('\n');
    const asked = await read(`${long}\n${TEXT}`, { [QUESTION]: "'DE" });
    expect(asked.answerErrors[QUESTION]).toMatch(/syntax|unterminated/);
    expect(asked.statements).toHaveLength(103);
    expect(asked.findings.find(({ line }) => line === 104)?.work).toMatchObject({ rows: 100 });
    expect(readings()).toHaveLength(before + 1);

    const migration = { ...file(long), name: 'long' };
    const { id } = await createTransition(context, ada, { databaseId, migration });
    const view = await getTransitionView(context, id, ada);
    expect(view.operations).toHaveLength(101);
    expect(view.plan.phases.flatMap(({ steps }) => steps)).toHaveLength(101);
    await story.approve(id);
    expect(readings()).toHaveLength(before + 3);

    const called = new AbortController();
    const superseded = readMigrationFile(context, { databaseId, signal: called.signal, ...file(long) });
    await vi.waitFor(() => expect(readings()).toHaveLength(before + 4), { interval: 5, timeout: 60_000 });
    called.abort();
    await expect(superseded).rejects.toThrow(/abort/i);
    expect(await readings().at(-1)).toEqual({ kind: 'stopped' });
  }, 240_000);

  it('is kept beside its draft, goes with a copy, and goes when the draft is written anew by hand', async () => {
    const { context } = story.harness;
    const { ada, databaseId } = story;
    expect(await codeOf(createTransition(context, ada, { databaseId, migration: file(TEXT) }))).toBe(
      'invalid_input',
    );
    const migration = file(TEXT, { [QUESTION]: "'DE'" });
    const { id } = await createTransition(context, ada, { databaseId, migration });
    const view = await getTransitionView(context, id, ada);
    expect(view).toMatchObject({ name: 'add-country', originName: '0007_add-country.sql' });
    expect(view.operations.map(({ kind }) => kind)).toEqual(['add_column', 'add_index']);
    const origin = await getTransitionOrigin(context, id);
    expect(origin).toMatchObject({ text: TEXT, answers: migration.answers });
    expect(origin.statements[1]?.fate).toEqual({ kind: 'operation', operations: [1] });
    expect(origin.findings.length).toBeGreaterThan(0);

    const copy = await duplicateTransition(context, ada, { id });
    expect((await getTransitionOrigin(context, copy.id)).text).toBe(TEXT);

    const version = await story.versionOf(id);
    const shorter = file('ALTER TABLE customers ADD COLUMN note text;');
    await editDraft(context, ada, { id, databaseId, version, migration: shorter });
    expect(await getTransitionOrigin(context, id)).toMatchObject({ text: shorter.text, answers: {} });
    await editDraft(context, ada, {
      id,
      databaseId,
      version: await story.versionOf(id),
      file: renameFile('by hand'),
    });
    expect((await getTransitionView(context, id, ada)).originName).toBeNull();
    expect(await codeOf(getTransitionOrigin(context, id))).toBe('not_found');
  });
});
