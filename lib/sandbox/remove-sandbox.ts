import type { Actor } from '@/lib/core/available-actions';
import { SegueError } from '@/lib/core/errors';
import type { ServiceContext } from '@/lib/services/service-context';
import { withSandboxLock } from '@/lib/store/sandbox';
import { clearSandbox } from './clear-sandbox';
import { busy, whatHappened } from './create-sandbox';
import { processHost, type SandboxHost } from './sandbox-host';
import { readSandbox, writeSandbox } from './sandbox-record';

/**
 * Removes the sandbox with its traffic, database, roles and transitions, whatever they are doing: nothing is left but the
 * audit's lines. `conflict` while it is being made. After a failure the sandbox's state says why, and it may be called again.
 */
export async function removeSandbox(
  context: ServiceContext,
  actor: Actor,
  host: SandboxHost = processHost(),
): Promise<void> {
  const held = await withSandboxLock(context.control, async () => {
    const record = await readSandbox(context.control);
    if (record === null) {
      throw new SegueError('not_found', 'There is no sandbox.', {
        object: 'Sandbox',
        next: 'Nothing needs to be removed.',
      });
    }
    await writeSandbox(context.control, { state: 'removing', error: null });
    try {
      await clearSandbox(context, host, record, actor);
    } catch (error) {
      await writeSandbox(context.control, { state: 'failed', error: whatHappened(error) });
      throw error;
    }
  });
  if (held === null) throw busy();
}
