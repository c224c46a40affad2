import { chownSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { quoteLiteral } from '@/lib/core/sql-text';
import type { RunningServer } from '@/lib/postgres/server';
import { dataDirIn, discardServer, startIn, temporaryFolder } from '@/lib/postgres/temporary-server';
import { copyDataDir } from './copy-data-dir';

/** A physical standby of a temporary server, which streams from it through a slot that bears its name. */
export interface Standby {
  readonly name: string;
  /** As it is now. */
  server(): RunningServer;
  /** Waits until it has replayed what the primary has written so far. */
  caughtUpWith(primaryUrl: string): Promise<void>;
  /** The same database there. */
  urlOf(url: string): string;
  /** Runs one statement there as the superuser, in the database `postgres`. */
  query<T extends pg.QueryResultRow>(statement: string): Promise<T[]>;
  /** It goes on receiving and shows what it has replayed so far. */
  pauseReplay(): Promise<void>;
  resumeReplay(): Promise<void>;
  /** Becomes a primary. What it has not received is lost. */
  promote(): Promise<void>;
  stop(): Promise<void>;
  /** After `stop`: on the same port. */
  start(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Copies the primary and lets the copy follow it. `port`: where it finds the primary, when a proxy stands in between. The
 * primary needs nothing but its defaults (wal_level replica).
 */
export async function startStandby(
  primary: RunningServer,
  name: string,
  options: { readonly port?: number } = {},
): Promise<Standby> {
  const at = new URL(primary.url);
  await dropSlot(primary.url, name);
  await once(primary.url, `SELECT pg_create_physical_replication_slot(${quoteLiteral(name)}, true)`);
  const folder = temporaryFolder();
  const dataDir = dataDirIn(folder, primary.major);
  await copyDataDir(primary, dataDir);
  const signal = path.join(dataDir, 'standby.signal');
  writeFileSync(signal, '');
  if (process.getuid?.() === 0) {
    const { uid, gid } = statSync(dataDir);
    chownSync(signal, uid, gid);
  }
  const config = {
    primary_conninfo: `host=${at.hostname} port=${options.port ?? at.port} user=${at.username} password=${decodeURIComponent(at.password)} application_name=${name} sslmode=disable gssencmode=disable`,
    primary_slot_name: name,
    wal_receiver_status_interval: '1s',
    wal_retrieve_retry_interval: '500ms',
  };
  let server = await startIn(folder, primary.major, config);
  const query = <T extends pg.QueryResultRow>(statement: string) => once<T>(server.url, statement);
  const { port } = server;
  const wait = (statement: string): Promise<void> =>
    until(statement, async () => (await query<{ ok: boolean }>(statement).catch(() => []))[0]?.ok === true);
  await wait(
    `SELECT pg_is_in_recovery() AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver WHERE status = 'streaming') AS ok`,
  );
  return {
    name,
    server: () => server,
    caughtUpWith: async (primaryUrl) => {
      const [row] = await once<{ lsn: string }>(
        primaryUrl,
        'SELECT pg_current_wal_flush_lsn()::text AS lsn FROM (SELECT pg_switch_wal()) switched',
      );
      await wait(`SELECT pg_last_wal_replay_lsn() >= ${quoteLiteral(row?.lsn ?? '0/0')}::pg_lsn AS ok`);
    },
    urlOf: (url) => {
      const there = new URL(url);
      there.port = String(port);
      return there.href;
    },
    query,
    pauseReplay: async () => {
      await query('SELECT pg_wal_replay_pause()');
      await wait(`SELECT pg_get_wal_replay_pause_state() = 'paused' AS ok`);
    },
    resumeReplay: async () => {
      await query('SELECT pg_wal_replay_resume()');
    },
    promote: async () => {
      await query('SELECT pg_promote(true, 60)');
      await wait('SELECT NOT pg_is_in_recovery() AS ok');
    },
    stop: () => server.stop('fast'),
    start: async () => {
      server = await startIn(folder, primary.major, config, port);
    },
    discard: () => discardServer(server),
  };
}

async function once<T extends pg.QueryResultRow>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Far more than any of it takes; what hangs is to be named before the test's own patience ends. */
const PATIENCE_MS = 120_000;

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain: ${what}`);
    await sleep(50);
  }
}

/** Of a standby before this one. */
async function dropSlot(url: string, name: string): Promise<void> {
  const slot = `FROM pg_replication_slots WHERE slot_name = ${quoteLiteral(name)}`;
  const free = `SELECT 1 ${slot} AND active`;
  await until(free, async () => (await once(url, free)).length === 0);
  await once(url, `SELECT pg_drop_replication_slot(slot_name) ${slot}`);
}
