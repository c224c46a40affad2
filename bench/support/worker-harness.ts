import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { TransitionFile } from '@/lib/core/operation';
import type { RolloutSettings } from '@/lib/core/rollout';
import type { RunningServer } from '@/lib/postgres/server';
import { addDatabase } from '@/lib/services/add-database';
import { advancePhase } from '@/lib/services/advance-phase';
import { approvePlan } from '@/lib/services/approve-plan';
import { changeSettings } from '@/lib/services/change-settings';
import { createTransition } from '@/lib/services/create-transition';
import { getTransitionLive } from '@/lib/services/get-transition-live';
import { getTransitionView } from '@/lib/services/get-transition-view';
import { actorOfName } from '@/lib/services/introduce';
import { requireTransition } from '@/lib/services/require-record';
import { openServiceContext } from '@/lib/services/service-context';
import { loadEncryptionKey } from '@/lib/store/encryption-key';
import { migrateControlDatabase } from '@/lib/store/migrate';
import { findOpenRun } from '@/lib/store/runs';
import type { TransitionLive } from '@/lib/views/transition-view';
import { createTestDatabase, type TestDatabase } from '@/test/postgres/test-database';

/** A Segue without pages: a control database, one target, and workers as processes of their own. */
export interface WorkerHarness {
  readonly target: TestDatabase;
  /** As `npm run worker` starts it; ends with the harness at the latest. */
  startWorker(): ChildProcess;
  /** A transition with its plan approved; gives its id. */
  transition(operations: TransitionFile['operations'], settings: Partial<RolloutSettings>): Promise<string>;
  advance(id: string): Promise<void>;
  live(id: string): Promise<TransitionLive>;
  /** Process id of the worker that has the run; null between two slices. */
  holderOf(id: string): Promise<number | null>;
  close(): Promise<void>;
}

const WORKER = path.resolve(import.meta.dirname, '..', '..', 'scripts', 'worker.mjs');

/** Opens one on a server; `setup` makes the target's tables. */
export async function openWorkerHarness(server: RunningServer, setup: string): Promise<WorkerHarness> {
  const [control, target] = await Promise.all([
    createTestDatabase({ serverUrl: server.url, appRoles: 0 }),
    createTestDatabase({ serverUrl: server.url, setup }),
  ]);
  const controlUrl = control.owner.url;
  const keyText = randomBytes(32).toString('hex');
  await migrateControlDatabase(controlUrl);
  const context = await openServiceContext({ controlUrl, key: loadEncryptionKey('', keyText) });
  const actor = await actorOfName(context, 'Bench', 'web');
  const { id: databaseId } = await addDatabase(context, actor, {
    name: 'Bench',
    environment: 'development',
    url: target.owner.url,
    tls: 'disable',
  });
  const children: ChildProcess[] = [];
  const live = (id: string) => getTransitionLive(context, id, actor);
  return {
    target,
    startWorker: () => {
      const child = spawn(process.execPath, [WORKER], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, SEGUE_CONTROL_URL: controlUrl, DATABASE_URL: controlUrl, SEGUE_KEY: keyText },
      });
      children.push(child);
      return child;
    },
    transition: async (operations, settings) => {
      const file = { name: 'bench', operations };
      const { id } = await createTransition(context, actor, { databaseId, file });
      await changeSettings(context, actor, { id, settings });
      const { plan } = await getTransitionView(context, id, actor);
      await approvePlan(context, actor, { id, planDigest: plan.digest });
      return id;
    },
    advance: async (id) => {
      await advancePhase(context, actor, { id, version: (await live(id)).version, deployConfirmed: true });
    },
    live,
    holderOf: async (id) => {
      const { rollout } = await requireTransition(context.control, id);
      const worker = (await findOpenRun(context.control, rollout.id))?.worker;
      // "host:pid:…", as lib/worker names itself.
      return worker === undefined || worker === null ? null : Number(worker.split(':')[1]);
    },
    close: async () => {
      for (const child of children) child.kill('SIGKILL');
      await context.close();
      await Promise.all([control.drop(), target.drop()]);
    },
  };
}
