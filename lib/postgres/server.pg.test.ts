import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, isPortFree } from './free-port.mjs';
import { readPostmasterFile } from './postmaster-file';
import { type RunningServer, startServer } from './server';

let folder: string;
let dataDir: string;
let started: RunningServer[];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'segue-launcher-'));
  chmodSync(folder, 0o755);
  dataDir = path.join(folder, 'pg');
  started = [];
});

afterEach(async () => {
  for (const server of started) await server.stop('immediate');
  rmSync(folder, { recursive: true, force: true });
});

async function start(
  options: { port?: number; config?: Record<string, string> } = {},
): Promise<RunningServer> {
  const server = await startServer({ dataDir, config: { fsync: 'off' }, ...options });
  started.push(server);
  return server;
}

async function ask(url: string, query: string): Promise<unknown> {
  const sql = postgres(url, { max: 1 });
  try {
    const [row] = await sql.unsafe(query).values();
    return row?.[0];
  } finally {
    await sql.end();
  }
}

describe('startServer', () => {
  it('makes, starts, attaches, stops and starts again with the same data', async () => {
    const first = await start();
    expect(first.attached).toBe(false);
    await ask(first.url, 'create table kept as select 7 as n');
    const second = await start();
    expect(second).toMatchObject({ attached: true, port: first.port, url: first.url });
    await second.stop();
    expect(await isPortFree(first.port)).toBe(true);
    await second.stop();
    const third = await start();
    expect(third.attached).toBe(false);
    expect(await ask(third.url, 'select n from kept')).toBe(7);
  });

  it('listens on the loopback address only, asks for a password and keeps it private', async () => {
    const server = await start();
    expect(await ask(server.url, 'show listen_addresses')).toBe('127.0.0.1');
    expect(await ask(server.url, 'show unix_socket_directories')).toBe('');
    expect(Number(await ask(server.url, 'show max_connections'))).toBeGreaterThanOrEqual(200);
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(path.join(dataDir, 'segue.password')).mode & 0o077).toBe(0);
    expect(readdirSync(folder)).toEqual(['pg']);
  });

  it('starts once when several ask at the same time', async () => {
    const servers = await Promise.all([start(), start(), start()]);
    expect(new Set(servers.map((server) => server.port)).size).toBe(1);
    expect(servers.filter((server) => !server.attached)).toHaveLength(1);
  });

  it('starts after a kill of the server, whose postmaster.pid is still there', async () => {
    const first = await start();
    await ask(first.url, 'create table kept as select 7 as n');
    const pid = readPostmasterFile(dataDir)?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    while (!(await isPortFree(first.port))) await sleep(20);
    const second = await start();
    expect(second.attached).toBe(false);
    expect(await ask(second.url, 'select n from kept')).toBe(7);
  });

  it('names a port that is taken and changes nothing that runs there', async () => {
    const port = await freePort();
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    await expect(start({ port })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(String(port)),
    });
    await new Promise((resolve) => other.close(resolve));
    expect((await start({ port })).port).toBe(port);
  });

  it('throws away what a killed initdb left', async () => {
    const half = path.join(folder, 'pg.new-999999999-0a0b0c0d');
    mkdirSync(half);
    writeFileSync(path.join(half, 'PG_VERSION'), '18\n');
    writeFileSync(`${half}.password`, 'secret');
    await start();
    expect(readdirSync(folder)).toEqual(['pg']);
  });

  it('refuses data of another major', async () => {
    mkdirSync(dataDir);
    writeFileSync(path.join(dataDir, 'PG_VERSION'), '15\n');
    await expect(start()).rejects.toThrow(/holds data of PostgreSQL 15; this Segue runs PostgreSQL 18/);
  });

  it('refuses a folder with other files and leaves them', async () => {
    mkdirSync(dataDir);
    writeFileSync(path.join(dataDir, 'letter.txt'), 'dear');
    await expect(start()).rejects.toThrow(/holds other files/);
    expect(existsSync(path.join(dataDir, 'letter.txt'))).toBe(true);
  });

  it('refuses a place that is no folder', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    dataDir = path.join(folder, 'file', 'pg');
    await expect(start()).rejects.toThrow(/cannot be written/);
  });
});
