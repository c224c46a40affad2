import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { quoteLiteral } from '@/lib/core/sql-text';
import { serverUserFor } from '@/lib/postgres/server-user';
import type { Strike } from './faults';
import type { Fault } from './journey';
import type { FaultServer } from './world';

const CHUNK = Buffer.alloc(64 * 1024);

/** A tablespace on a file system of its own (a tmpfs of 64 MB), which can be filled to the last byte. */
export interface SmallDisk {
  readonly tablespace: string;
  fill(): void;
  empty(): void;
  /** The tablespace must be empty. */
  close(): void;
}

/** Mounts it; null where this user may not mount. */
export async function openSmallDisk(server: FaultServer): Promise<SmallDisk | null> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'segue-small-disk-'));
  const user = serverUserFor(server.dataDir);
  const owner = user === null ? '' : `,uid=${user.uid},gid=${user.gid}`;
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=64m,mode=0700${owner}`, 'tmpfs', folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const filler = path.join(folder, 'filler');
  const inside = path.join(folder, 'data');
  mkdirSync(inside);
  chmodSync(inside, 0o700);
  if (user !== null) spawnSync('chown', [`${user.uid}:${user.gid}`, inside]);
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  await sql.unsafe(`CREATE TABLESPACE small LOCATION ${quoteLiteral(inside)}`);
  await sql.end();
  return {
    tablespace: 'small',
    fill: () => {
      const file = openSync(filler, 'a');
      try {
        for (;;) writeSync(file, CHUNK);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    close: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The disk of the database is full; there is room again when a step has failed. */
export function diskFull(disk: SmallDisk, strike: Strike): Fault {
  let strikes = 0;
  return {
    name: 'disk full',
    strikes: () => strikes,
    leg: (_world, leg) => {
      let full = false;
      const empty = () => {
        full = false;
        disk.empty();
      };
      return {
        mayFail: /No space left on device/i,
        onEvent: (event) => {
          if (event.type === 'phase_done') return empty();
          if (full || !strike(leg, event)) return;
          full = true;
          disk.fill();
        },
        heal: () => {
          if (full) strikes += 1;
          return Promise.resolve(empty());
        },
      };
    },
  };
}
