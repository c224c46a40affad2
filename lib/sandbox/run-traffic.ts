import type { ServiceContext } from '@/lib/services/service-context';
import { decryptText } from '@/lib/store/secret-text';
import type { SandboxHost } from './sandbox-host';
import type { SandboxRecord } from './sandbox-record';

/** Lets the traffic run as the record has it; does nothing for a sandbox that is not ready. May be called often. */
export function runTraffic(context: ServiceContext, host: SandboxHost, record: SandboxRecord): void {
  const { databaseId, secretUrls, traffic } = record;
  if (record.state !== 'ready' || databaseId === null || secretUrls === null) return;
  const url = (secret: string) => decryptText(context.key, databaseId, secret, 'Sandbox');
  host.traffic.run({
    old: { url: url(secretUrls.old), on: traffic.old },
    new: { url: url(secretUrls.new), on: traffic.new },
  });
}
