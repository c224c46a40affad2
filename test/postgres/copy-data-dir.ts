import { chownSync, copyFileSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { RunningServer } from '@/lib/postgres/server';

/** Folders whose content belongs to the running server: the copy gets them empty. */
const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'start.log',
  'backup_label',
  'standby.signal',
]);

/**
 * A base backup of a running server into `to`, by the low-level interface: pg_basebackup is not shipped. What WAL it needs
 * to become consistent it fetches from a primary, so a slot must keep that back.
 */
export async function copyDataDir(server: RunningServer, to: string): Promise<void> {
  // Non-exclusive: it ends with its session.
  const session = new pg.Client({ connectionString: server.url });
  await session.connect();
  const [start, stop] =
    server.major < 15
      ? ["SELECT pg_start_backup('copy', true, false)", 'SELECT * FROM pg_stop_backup(false, false)']
      : ["SELECT pg_backup_start('copy', true)", 'SELECT * FROM pg_backup_stop(false)'];
  try {
    await session.query(start);
    const { uid, gid } = lstatSync(server.dataDir);
    const own = (file: string) => {
      if (process.getuid?.() === 0) chownSync(file, uid, gid);
    };
    copyFolder(server.dataDir, to, own, true);
    const { rows } = await session.query<{ labelfile: string }>(stop);
    const label = path.join(to, 'backup_label');
    writeFileSync(label, rows[0]?.labelfile ?? '', { mode: 0o600 });
    own(label);
  } finally {
    await session.end();
  }
}

/** Files come and go and are cut short meanwhile: the WAL says how they were. */
function copyFolder(from: string, to: string, own: (file: string) => void, top: boolean): void {
  mkdirSync(to, { mode: 0o700 });
  own(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (top && LEFT_OUT.has(entry.name)) continue;
    const [source, copy] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) {
      if (!top || !EMPTIED.has(entry.name)) copyFolder(source, copy, own, false);
      else {
        mkdirSync(copy, { mode: 0o700 });
        own(copy);
      }
      continue;
    }
    try {
      copyFileSync(source, copy);
      own(copy);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}
