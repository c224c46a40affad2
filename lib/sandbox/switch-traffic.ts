import { z } from 'zod';
import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import type { ServiceContext } from '@/lib/services/service-context';
import { recordAct } from '@/lib/store/acts';
import { runTraffic } from './run-traffic';
import { processHost, type SandboxHost } from './sandbox-host';
import { readSandbox, writeSandbox } from './sandbox-record';

export const switchInput = z.strictObject({ version: z.enum(['old', 'new']), on: z.boolean() });

/**
 * Switches one version of the demo shop on or off, as a deploy would. It is not asked whether that version can work: what
 * then fails is counted and shown. `not_found` without a sandbox.
 */
export async function switchTraffic(
  context: ServiceContext,
  actor: Actor,
  input: z.output<typeof switchInput>,
  host: SandboxHost = processHost(),
): Promise<void> {
  const record = await readSandbox(context.control);
  if (record?.state !== 'ready' || record.databaseId === null) {
    throw new SegueError('not_found', 'There is no sandbox.', {
      object: 'Sandbox',
      next: 'Create it first.',
    });
  }
  const traffic = { ...record.traffic, [input.version]: input.on };
  await writeSandbox(context.control, { traffic });
  await recordAct(context.control, {
    actor,
    action: input.on ? 'switched_on' : 'switched_off',
    object: input.version === 'old' ? 'Old code' : 'New code',
    databaseId: record.databaseId,
  });
  runTraffic(context, host, { ...record, traffic });
}
