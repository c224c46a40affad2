// Memory of a worker while it copies rows. Linux only. Options: --rows n, --lanes n.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { withServer } from '@/lib/postgres/temporary-server';
import { customers, MOVE_CASES } from './support/move-cases';
import { openWorkerHarness } from './support/worker-harness';
import { writeResult } from './support/write-result';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000000' }, lanes: { type: 'string', default: '2' } },
});
const rows = Number(values.rows);
const lanes = Number(values.lanes);
const IDLE_MS = 15_000;
const EVERY_MS = 100;

/** Resident memory of a process, in MB. */
function residentMb(pid: number): number {
  const [, kb = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1024;
}

await withServer(18, async (server) => {
  const harness = await openWorkerHarness(server, customers(rows));
  try {
    const admin = postgres(harness.target.superuserUrl, { max: 1 });
    await admin`VACUUM ANALYZE customers`;
    const [about] = await admin<{ version: string }[]>`select current_setting('server_version') as version`;
    await admin.end();
    const { pid } = harness.startWorker();
    if (pid === undefined) throw new Error('the worker did not start');
    const id = await harness.transition(MOVE_CASES[0]?.operations ?? [], { lanes });
    const until = async (position: number, look: () => void) => {
      for (;;) {
        const live = await harness.live(id);
        if (live.track.position === position) return;
        if (live.status === 'failed') throw new Error(JSON.stringify(live.error));
        for (let n = 0; n < 10; n += 1) {
          await sleep(EVERY_MS);
          look();
        }
      }
    };
    await harness.advance(id);
    await until(1, () => undefined);
    // It has worked before, so what it loads once is loaded.
    await sleep(IDLE_MS);
    const idleMb = residentMb(pid);
    let mostMb = idleMb;
    const began = performance.now();
    await harness.advance(id);
    await until(2, () => {
      mostMb = Math.max(mostMb, residentMb(pid));
    });
    writeResult('memory', about?.version ?? '', {
      rows,
      lanes,
      seconds: Math.round((performance.now() - began) / 1000),
      idleMb: Math.round(idleMb),
      mostMb: Math.round(mostMb),
      aboveIdleMb: Math.round(mostMb - idleMb),
    });
  } finally {
    await harness.close();
  }
});
process.exit(0);
