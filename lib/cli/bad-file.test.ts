import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSegue } from '@/test/call-segue';
import { makeWorkspace, type Workspace } from '@/test/run-segue';

/** Whatever is wrong with a file: exit 2, and a sentence that names it and the next step. */

let workspace: Workspace;

const call = (...args: string[]) => callSegue(args, workspace.folder);
const file = (name: string, operations: string) =>
  workspace.write(name, `name: ${name.replace(/\..*/, '')}\noperations:\n${operations}\n`);
const folder = (name: string) => {
  mkdirSync(path.join(workspace.folder, name), { recursive: true });
  return name;
};

beforeAll(() => {
  workspace = makeWorkspace();
});
afterAll(() => workspace.remove());

describe('files', () => {
  it.each<[string, () => string, RegExp]>([
    ['that are not there', () => 'missing.yaml', /missing\.yaml does not exist\. Check the path\./],
    ['that are folders', () => folder('folder'), /folder is a folder/],
    [
      'that are binary',
      () => workspace.write('binary.yaml', Buffer.from([1, 0, 2])),
      /binary\.yaml is not a text file/,
    ],
    [
      'that are not UTF-8',
      () => workspace.write('latin1.yaml', Buffer.from('name: caf\xe9', 'latin1')),
      /latin1\.yaml is not UTF-8/,
    ],
    [
      'that are programs of Knex',
      () =>
        workspace.write('20260101_a.ts', "import type { Knex } from 'knex';\nexport async function up() {}"),
      /20260101_a\.ts is a program, not SQL\..*docs\/import\.md/,
    ],
    [
      'that are programs with another ending',
      () => workspace.write('20260101_b.sql', 'exports.up = (db) => db.run("x");'),
      /20260101_b\.sql is a program, not SQL\. Give the SQL that it sends/,
    ],
    ['that are empty', () => workspace.write('empty.yaml', ''), /empty\.yaml is empty/],
    [
      'with broken YAML',
      () => workspace.write('broken.yaml', 'name: a\noperations: [}'),
      /broken\.yaml is neither JSON nor YAML.*line 2/,
    ],
    [
      'with broken JSON',
      () => workspace.write('broken.json', '{"name": "a", '),
      /broken\.json is neither JSON nor YAML/,
    ],
    [
      'with a key twice',
      () => workspace.write('twice.yaml', 'name: a\nname: b\noperations: []'),
      /Map keys must be unique/,
    ],
    ['that blow up by aliases', () => workspace.write('bomb.yaml', bomb()), /bomb\.yaml.*alias/i],
    [
      'of SQL with a fault',
      () => workspace.write('up.sql', 'ALTER TABLE users\n  RENAM name TO full_name;'),
      /line 2:3 \(syntax\)/,
    ],
    ['with a list', () => workspace.write('list.yaml', '- a\n- b'), /list\.yaml is not an operations file/],
    [
      'without a name',
      () => workspace.write('noname.yaml', 'operations:\n  - set_not_null: { table: users, column: name }'),
      /at name/,
    ],
    [
      'without operations',
      () => workspace.write('noops.yaml', 'name: a\noperations: []'),
      /at least one operation/,
    ],
    [
      'with an unknown key',
      () => file('key.yaml', '  - drop_column: { table: users, column: name, cascade: true }'),
      /"cascade".*at operations\.0/,
    ],
    [
      'with an unknown operation',
      () => file('op.yaml', '  - rename_schema: { schema: public, to: shop }'),
      /no operation that Segue knows/,
    ],
    [
      'with a number for an expression',
      () => file('number.yaml', '  - set_not_null: { table: users, column: name, value: 5 }'),
      /SQL.*quotes.*at operations\.0\.set_not_null\.value|expected string.*value/,
    ],
    [
      'with a name over 63 bytes',
      () => file('long.yaml', `  - rename_column: { table: users, from: name, to: ${'x'.repeat(64)} }`),
      /longer than 63 bytes/,
    ],
  ])('%s', async (_, make, message) => {
    const { code, stderr, stdout } = await call('plan', make());
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^segue: .*\.\n$/s);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('that are programs are refused by lint as by plan', async () => {
    const { code, stderr } = await call(
      'lint',
      workspace.write('c.js', 'exports.up = (knex) => knex.raw("");'),
    );
    expect([code, stderr]).toEqual([2, expect.stringMatching(/c\.js is a program, not SQL/)]);
  });

  it('are one at a time', async () => {
    expect((await call('plan')).stderr).toMatch(/No file is given/);
    expect((await call('plan', 'a', 'b')).code).toBe(2);
  });

  it('may start with a byte order mark and may be anywhere', async () => {
    workspace.write(
      'bom.yaml',
      '\uFEFFname: bom\noperations:\n  - drop_column: { table: users, column: name }\n',
    );
    const absolute = path.join(workspace.folder, 'bom.yaml');
    expect((await callSegue(['plan', absolute], '/')).code).toBe(0);
  });
});

function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, i) =>
      `l${i}: &l${i} [${Array(9)
        .fill(i === 0 ? 'x' : `*l${i - 1}`)
        .join(', ')}]`,
  );
  return `${levels.join('\n')}\nname: *l8\n`;
}
