import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';
import { controlDatabaseUrl, usesEmbeddedServer } from './control-database';
import { startEmbeddedServer } from './embedded-server';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'segue-embedded-'));
  chmodSync(folder, 0o755);
  vi.stubEnv('SEGUE_DATA', path.join(folder, 'data'));
  vi.stubEnv('SEGUE_PG_PORT', '');
  vi.stubEnv('DATABASE_URL', '');
  globalThis.segueControlDatabaseUrl = undefined;
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function databaseName(url: string): Promise<string | undefined> {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql<{ name: string }[]>`select current_database() as name`;
  await sql.end();
  return row?.name;
}

describe('the embedded server', () => {
  it('holds the control database, made once, and keeps its port', async () => {
    expect(usesEmbeddedServer()).toBe(true);
    const url = await controlDatabaseUrl();
    const server = await startEmbeddedServer();
    try {
      expect(await databaseName(url)).toBe('segue_control');
      globalThis.segueControlDatabaseUrl = undefined;
      expect(await controlDatabaseUrl()).toBe(url);
      await server.stop();
      const again = await startEmbeddedServer();
      expect(again).toMatchObject({ attached: false, port: server.port });
    } finally {
      await server.stop('immediate');
    }
  });

  it('moves to another port when its own was taken meanwhile', async () => {
    const first = await startEmbeddedServer();
    await first.stop('immediate');
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(first.port, '127.0.0.1', resolve));
    const second = await startEmbeddedServer();
    await second.stop('immediate');
    await new Promise((resolve) => other.close(resolve));
    expect(second.port).not.toBe(first.port);
  });

  it('refuses a SEGUE_PG_PORT that is no port', async () => {
    vi.stubEnv('SEGUE_PG_PORT', '70000');
    await expect(startEmbeddedServer()).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('DATABASE_URL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ major: 15 });
  });
  afterAll(() => database.drop());

  it('is used as it is', async () => {
    vi.stubEnv('DATABASE_URL', database.owner.url);
    expect(usesEmbeddedServer()).toBe(false);
    expect(await controlDatabaseUrl()).toBe(database.owner.url);
  });

  it.each([
    ['a server that does not answer', 'postgres://nobody:secret@127.0.0.1:1/x'],
    ['no URL', 'not a url'],
  ])('names itself when it is %s, without its password', async (_, url) => {
    vi.stubEnv('DATABASE_URL', url);
    const error = await controlDatabaseUrl().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'connection_failed', object: 'DATABASE_URL' });
    expect(String(error)).not.toContain('secret');
  });

  it('is asked again after a failure', async () => {
    vi.stubEnv('DATABASE_URL', 'postgres://nobody@127.0.0.1:1/x');
    await expect(controlDatabaseUrl()).rejects.toThrow();
    vi.stubEnv('DATABASE_URL', database.owner.url);
    expect(await controlDatabaseUrl()).toBe(database.owner.url);
  });
});
