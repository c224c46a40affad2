import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import { addDatabase } from '@/lib/services/add-database';
import { logger } from '@/lib/services/logger';
import type { ServiceContext } from '@/lib/services/service-context';
import { withSandboxLock } from '@/lib/store/sandbox';
import { encryptText } from '@/lib/store/secret-text';
import { clearSandbox } from './clear-sandbox';
import { dropDemoDatabase, makeDemoDatabase, newDemoNames } from './demo-database';
import { runTraffic } from './run-traffic';
import { processHost, type SandboxHost } from './sandbox-host';
import { beginSandbox, readSandbox, writeSandbox } from './sandbox-record';

/**
 * Makes the sandbox: a shop's database with rows, known to Segue as "Sandbox", and old code as live traffic on it. Returns
 * once it has begun; `done` resolves when it is over, also after a failure, which the sandbox's state then tells. What an
 * earlier attempt left is cleared first. `conflict` when there is a sandbox, or one is being made.
 */
export async function createSandbox(
  context: ServiceContext,
  actor: Actor,
  host: SandboxHost = processHost(),
): Promise<{ readonly done: Promise<void> }> {
  let work: Promise<unknown> = Promise.resolve();
  await new Promise<void>((begun, refused) => {
    work = withSandboxLock(context.control, async () => {
      await refuseSecond(context);
      const leftover = await readSandbox(context.control);
      if (leftover !== null) await clearSandbox(context, host, leftover, actor);
      const names = newDemoNames();
      await beginSandbox(context.control, names);
      begun();
      await make(context, actor, host, names);
    }).then((held) => {
      if (held === null) throw busy();
    });
    work.catch(refused);
  });
  return { done: work.then(() => undefined) };
}

/** "Wait": another one makes or removes it. */
export function busy(): SegueError {
  return new SegueError('conflict', 'The sandbox is being made or removed at this moment.', {
    object: 'Sandbox',
    next: 'Wait a few seconds; the page shows when it is done.',
  });
}

async function refuseSecond(context: ServiceContext): Promise<void> {
  if ((await readSandbox(context.control))?.state !== 'ready') return;
  throw new SegueError('conflict', 'There is a sandbox already.', {
    object: 'Sandbox',
    next: 'Use it, or remove it first.',
  });
}

async function make(
  context: ServiceContext,
  actor: Actor,
  host: SandboxHost,
  names: ReturnType<typeof newDemoNames>,
): Promise<void> {
  try {
    const urls = await makeDemoDatabase(await host.adminUrl(), names, async (step) => {
      await writeSandbox(context.control, { step });
    });
    const database = await addDatabase(
      context,
      actor,
      { name: 'Sandbox', environment: 'development', url: urls.owner, tls: 'prefer' },
      { sandbox: true },
    );
    const secret = (url: string) => encryptText(context.key, database.id, url);
    await writeSandbox(context.control, {
      state: 'ready',
      databaseId: database.id,
      secretUrls: { old: secret(urls.old), new: secret(urls.new) },
    });
    const record = await readSandbox(context.control);
    if (record !== null) runTraffic(context, host, record);
  } catch (error) {
    logger.error({ err: error }, 'the sandbox could not be made');
    await writeSandbox(context.control, { state: 'failed', error: whatHappened(error) });
    await dropDemoDatabase(await host.adminUrl(), names).catch((cause: unknown) =>
      logger.error({ err: cause }, 'what was made of the sandbox could not be dropped'),
    );
  }
}

/** An error for the screen: only Segue's own words. */
export function whatHappened(error: unknown): { message: string; next: string | null } {
  if (error instanceof SegueError) return { message: error.message, next: error.next ?? null };
  return { message: 'Something unexpected went wrong.', next: 'Look into the log, then try again.' };
}
