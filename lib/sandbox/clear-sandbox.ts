import type { Actor } from '@/lib/core/available-actions';
import { removeSandboxDatabase } from '@/lib/services/remove-sandbox-database';
import type { ServiceContext } from '@/lib/services/service-context';
import { listDatabases } from '@/lib/store/databases';
import { deleteSandbox } from '@/lib/store/sandbox';
import { dropDemoDatabase } from './demo-database';
import type { SandboxHost } from './sandbox-host';
import type { SandboxRecord } from './sandbox-record';

/**
 * Ends the traffic, forgets the sandbox's transitions, drops its database and roles, and then the record: an interruption
 * leaves the record, with which it can be called again. Call it under the sandbox's lock.
 */
export async function clearSandbox(
  context: ServiceContext,
  host: SandboxHost,
  record: SandboxRecord,
  actor: Actor | null,
): Promise<void> {
  await host.traffic.stop();
  const databases = (await listDatabases(context.control)).filter((database) => database.sandbox);
  for (const { id } of databases) await removeSandboxDatabase(context, actor, { id });
  await dropDemoDatabase(await host.adminUrl(), record.names);
  await deleteSandbox(context.control);
}
