import { expect } from 'vitest';
import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { addDatabase } from '@/lib/services/add-database';
import { advancePhase } from '@/lib/services/advance-phase';
import { approvePlan } from '@/lib/services/approve-plan';
import { changeSettings } from '@/lib/services/change-settings';
import { createTransition } from '@/lib/services/create-transition';
import { getTransitionLive } from '@/lib/services/get-transition-live';
import { getTransitionView } from '@/lib/services/get-transition-view';
import { rollBackPhase } from '@/lib/services/roll-back-phase';
import type { TransitionLive } from '@/lib/views/transition-view';
import { startWorker } from '@/lib/worker/worker';
import { type HarnessOptions, openServiceHarness, type ServiceHarness } from './service-harness';

/** People, a database and a worker on a harness, with the acts that every story is made of. */
export interface ServiceStory {
  readonly harness: ServiceHarness;
  readonly ada: Actor;
  readonly bob: Actor;
  readonly databaseId: string;
  /** A draft that renames customers.name. */
  draft(name: string): Promise<string>;
  approve(id: string, actor?: Actor): Promise<void>;
  /** A rename whose Add is done and whose rows are copied one by one, so that there is time for something meanwhile. */
  slowDraft(name: string): Promise<string>;
  /** Starts the copy of a slow draft and waits for its first rows. */
  startCopy(id: string): Promise<{ version: number }>;
  /** Lets the copy go on at full speed from its next batch. */
  hurry(id: string): Promise<void>;
  versionOf(id: string): Promise<number>;
  /** Waits until nothing moves. */
  settled(id: string): Promise<TransitionLive>;
  /** Starts the next phase, every question answered, and waits for its end. */
  advance(id: string): Promise<TransitionLive>;
  rollBackAll(id: string): Promise<void>;
  close(): Promise<void>;
}

/** A file that renames customers.name. */
export function renameFile(name: string, to = 'full_name') {
  return { name, operations: [{ rename_column: { table: 'customers', from: 'name', to } }] };
}

/** The code with which something is refused, or "succeeded". */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'succeeded';
  } catch (error) {
    if (error instanceof SegueError) return error.code;
    throw error;
  }
}

/** Opens a story on a fresh control database and target. */
export async function openServiceStory(options: HarnessOptions = {}): Promise<ServiceStory> {
  const harness = await openServiceHarness(options);
  const { context, target } = harness;
  const ada = await harness.actor('Ada');
  const bob = await harness.actor('Bob');
  const { id: databaseId } = await addDatabase(context, ada, {
    name: 'Shop',
    environment: 'staging',
    url: target.owner.url,
    tls: 'disable',
  });
  const worker = await startWorker(await harness.secondContext());

  const live = (id: string) => getTransitionLive(context, id, ada);
  const versionOf = async (id: string) => (await live(id)).version;
  const settled = async (id: string): Promise<TransitionLive> => {
    const giveUp = Date.now() + 60_000;
    for (;;) {
      const now = await live(id);
      if (!now.inFlight) return now;
      if (Date.now() > giveUp) throw new Error(`no rest in 60 s: ${JSON.stringify(now.sentence)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const draft = async (name: string) =>
    (await createTransition(context, ada, { databaseId, file: renameFile(name) })).id;
  const approve = async (id: string, actor = ada) => {
    const { plan } = await getTransitionView(context, id, actor);
    await approvePlan(context, actor, { id, planDigest: plan.digest });
  };
  const start = async (id: string) =>
    advancePhase(context, ada, { id, version: await versionOf(id), deployConfirmed: true });
  const advance = async (id: string) => {
    await start(id);
    return settled(id);
  };
  return {
    harness,
    ada,
    bob,
    databaseId,
    draft,
    approve,
    slowDraft: async (name) => {
      const id = await draft(name);
      await changeSettings(context, ada, { id, settings: { batchRows: 1, batchPauseMs: 60 } });
      await approve(id);
      await advance(id);
      return id;
    },
    startCopy: async (id) => {
      const started = await start(id);
      await expect.poll(async () => (await live(id)).backfills[0]?.rowsDone ?? 0).toBeGreaterThan(0);
      return started;
    },
    hurry: async (id) => {
      await changeSettings(context, ada, { id, settings: { batchRows: 5000, batchPauseMs: 0 } });
    },
    versionOf,
    settled,
    advance,
    rollBackAll: async (id) => {
      for (;;) {
        const now = await settled(id);
        if (now.track.position === 0) return;
        await rollBackPhase(context, ada, { id, version: now.version });
      }
    },
    close: async () => {
      await worker.stop();
      await harness.close();
    },
  };
}
