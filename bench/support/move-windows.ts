import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { PHASE_TITLES, type PhaseKind } from '@/lib/core/plan';
import type { Direction } from '@/lib/core/rollout';
import { openTarget } from '@/lib/engine/target';
import type { RunningServer } from '@/lib/postgres/server';
import { createTestDatabase } from '@/test/postgres/test-database';
import { startLoad } from './load';
import type { LoadReport } from './load-spec';
import { customers, MOVE_CASES } from './move-cases';
import { oneMove } from './one-move';
import { fixRollout } from './rollout';

export interface MoveWindow {
  readonly transition: string;
  readonly move: string;
  readonly ms: number;
  /** From before the call to half a second after its end. */
  readonly report: LoadReport;
}

const AFTER_MS = 500;
const WARM_UP_MS = 2000;
/** Every move of each transition there, back and there again, with the application's versions as a team would deploy them. */
export async function* moveWindows(
  server: RunningServer,
  input: { readonly rows: number; readonly share: number; readonly capacity: number },
): AsyncGenerator<MoveWindow> {
  const database = await createTestDatabase({ serverUrl: server.url, setup: customers(input.rows) });
  const admin = postgres(database.superuserUrl, { max: 1 });
  const target = openTarget({ url: database.owner.url });
  await admin`VACUUM ANALYZE customers`;
  const [first] = MOVE_CASES;
  if (first === undefined) return;
  const load = await startLoad(
    { url: database.apps[0]?.url ?? '', rows: input.rows, connections: 16, writePercent: 20 },
    [first.before],
  );
  await load.setRate(Math.max(50, input.capacity * input.share));
  for (const { name, title, operations, before, after } of MOVE_CASES) {
    await load.setVersions([before]);
    const { id, plan } = await fixRollout(target, name, operations);
    await sleep(WARM_UP_MS);
    const timed = async (phase: PhaseKind, direction: Direction): Promise<MoveWindow> => {
      const { report, result } = await load.during(async () => {
        const time = await oneMove(target, id, direction);
        await sleep(AFTER_MS);
        return time;
      });
      const move = `${PHASE_TITLES[phase]}${direction === 'back' ? ' back' : ''}`;
      return { transition: title, move, ms: Math.round(result.ms), report };
    };
    for (const { kind } of plan.phases) {
      if (kind === 'switch') await load.setVersions([before, after]);
      if (kind === 'contract') await load.setVersions([after]);
      yield await timed(kind, 'forward');
      // Back through Sync would cost a second backfill, and Delete has no way back.
      if (kind === 'dual_write' || kind === 'purge') continue;
      yield await timed(kind, 'back');
      await oneMove(target, id, 'forward');
    }
  }
  await load.stop();
  await Promise.all([target.close(), admin.end()]);
  await database.drop();
}
