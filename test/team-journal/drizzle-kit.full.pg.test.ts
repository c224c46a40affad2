import { spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { type CliResult, cliResult, makeWorkspace, runSegue, type Workspace } from '@/test/run-segue';

const root = path.resolve(import.meta.dirname, '..', '..');

/** The real drizzle-kit beside a transition in progress: what it proposes, and what keeps it from that. */
describe('drizzle-kit while a transition is in Sync', () => {
  let workspace: Workspace;
  let database: TestDatabase;
  const kit = (...args: string[]): Promise<CliResult> =>
    new Promise((resolve, reject) => {
      const child = spawn(
        process.execPath,
        [path.join(root, 'node_modules/drizzle-kit/bin.cjs'), ...args, '--config', 'drizzle.config.ts'],
        { cwd: workspace.folder, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.on('error', reject);
      child.on('close', (code) =>
        resolve(cliResult(code, Buffer.concat(out).toString('utf8'), Buffer.concat(err).toString('utf8'))),
      );
    });
  const segue = (...args: string[]) =>
    runSegue([...args, '--database', database.owner.url], workspace.folder);
  const schema = (column: string) =>
    workspace.write(
      'schema.ts',
      `import { pgTable, serial, text } from 'drizzle-orm/pg-core';
export const users = pgTable('users', { id: serial('id').primaryKey(), ${column} });
export const notes = pgTable('notes', { id: serial('id').primaryKey() });
`,
    );

  beforeAll(async () => {
    workspace = makeWorkspace();
    database = await createTestDatabase();
    symlinkSync(path.join(root, 'node_modules'), path.join(workspace.folder, 'node_modules'));
    workspace.write(
      'drizzle.config.ts',
      `import { defineConfig } from 'drizzle-kit';
export default defineConfig({ dialect: 'postgresql', schema: './schema.ts', out: './m', dbCredentials: { url: ${JSON.stringify(database.owner.url)} } });
`,
    );
    schema("name: text('name').notNull()");
    expect(await kit('generate')).toMatchObject({ code: 0 });
    expect(await kit('migrate')).toMatchObject({ code: 0 });
    workspace.write('rename.yaml', {
      name: 'rename users.name',
      operations: [{ rename_column: { table: 'users', from: 'name', to: 'full_name' } }],
    });
    expect(await segue('advance', 'rename.yaml', '--to', '2')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await database.drop();
    workspace.remove();
  });

  it('generate, check and migrate propose nothing of Segue’s', async () => {
    expect((await kit('generate')).stdout).toContain('No schema changes');
    expect(await kit('check')).toMatchObject({ code: 0 });
    expect(await kit('migrate')).toMatchObject({ code: 0 });
    expect(await segue('guard', '--drizzle-config', 'drizzle.config.ts')).toMatchObject({
      code: 0,
      stdout: '0 pending. Not touched: public.users, in transition.\n',
    });
  });

  it('push would drop what Segue keeps in the table, and nothing of schema segue: so the guard stops it', async () => {
    const guarded = await segue('guard', '--drizzle-config', 'drizzle.config.ts', '--push');
    expect(guarded.code).toBe(1);
    expect(guarded.stdout).toContain('drizzle-kit push would drop what Segue keeps in public.users');
    // What it would have done, on a copy.
    const copy = await createTestDatabase({ template: database.name });
    try {
      const url = new URL(database.superuserUrl);
      url.pathname = `/${copy.name}`;
      workspace.write(
        'drizzle.config.ts',
        `export default { dialect: 'postgresql', schema: './schema.ts', out: './m', dbCredentials: { url: ${JSON.stringify(url.href)} } };`,
      );
      const pushed = await kit('push', '--verbose', '--force');
      const statements = pushed.stdout.split('\n').filter((line) => /^(ALTER|DROP|CREATE)/.test(line));
      expect(statements.join('\n')).toContain('ALTER TABLE "users" DROP COLUMN "full_name"');
      for (const statement of statements)
        expect(statement).toMatch(/^ALTER TABLE "users" DROP (COLUMN|CONSTRAINT)/);
    } finally {
      await copy.drop();
    }
  });
});
