import { logger } from '@/lib/services/logger';
import { type ServiceContext, serviceContext } from '@/lib/services/service-context';
import { targetUrl } from '@/lib/services/target-pool';
import { findDatabase } from '@/lib/store/databases';
import { hidePassword } from '@/lib/store/hide-password';
import { moveDatabase, withSandboxLock } from '@/lib/store/sandbox';
import { decryptText, encryptText } from '@/lib/store/secret-text';
import { clearSandbox } from './clear-sandbox';
import { runTraffic } from './run-traffic';
import { processHost, type SandboxHost } from './sandbox-host';
import { readSandbox, type SandboxRecord, writeSandbox } from './sandbox-record';

/**
 * After a start of the app: the traffic goes on as it was switched, and what a killed process left half made or half removed
 * is cleared. May be called often.
 */
export async function resumeSandbox(
  context: ServiceContext,
  host: SandboxHost = processHost(),
): Promise<void> {
  const record = await readSandbox(context.control);
  if (record === null) return;
  if (record.state === 'ready') {
    if (!host.traffic.isRunning()) runTraffic(context, host, await followServer(context, host, record));
    return;
  }
  if (record.state === 'failed') return;
  await withSandboxLock(context.control, async () => {
    const present = await readSandbox(context.control);
    if (present?.state !== 'creating' && present?.state !== 'removing') return;
    logger.info({ state: present.state }, 'clearing a sandbox that was left half done');
    await clearSandbox(context, host, present, null);
  });
}

/** `resumeSandbox` for a process that starts: what fails is logged, and the next look at the sandbox tries again. */
export async function resumeProcessSandbox(): Promise<void> {
  try {
    await resumeSandbox(await serviceContext());
  } catch (error) {
    logger.warn({ err: error }, 'the sandbox could not go on');
  }
}

/** The embedded server keeps its port from start to start unless another program took it meanwhile. */
async function followServer(
  context: ServiceContext,
  host: SandboxHost,
  record: SandboxRecord,
): Promise<SandboxRecord> {
  const { databaseId, secretUrls } = record;
  const database = databaseId === null ? null : await findDatabase(context.control, databaseId);
  if (database === null || secretUrls === null) return record;
  const present = targetUrl(context.key, database);
  const { host: wanted } = new URL(await host.adminUrl());
  if (new URL(present).host === wanted) return record;
  const moved = (url: string): string => {
    const changed = new URL(url);
    changed.host = wanted;
    return changed.href;
  };
  const movedSecret = (secret: string) =>
    encryptText(context.key, database.id, moved(decryptText(context.key, database.id, secret, 'Sandbox')));
  const urls = { old: movedSecret(secretUrls.old), new: movedSecret(secretUrls.new) };
  await moveDatabase(context.control, database.id, {
    secretUrl: encryptText(context.key, database.id, moved(present)),
    shownUrl: hidePassword(moved(present)),
  });
  await writeSandbox(context.control, { secretUrls: urls });
  await context.targets.forget(database.id);
  return { ...record, secretUrls: urls };
}
