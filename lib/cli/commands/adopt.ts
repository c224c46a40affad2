import { SegueError } from '@/lib/core/errors';
import { takeOverRollout } from '@/lib/engine/rollouts';
import { cliActor } from '../cli-actor';
import type { CommandInput } from '../main';
import { printJson, printLine } from '../output';
import { requireDatabase, withTarget } from '../with-target';
import { requireName, requireRolloutNamed } from './abandon';

/**
 * `segue adopt <name>`: the command line drives the transition from now on; with `--dashboard <id>` that dashboard does. The
 * hand-over is recorded. Already so is done.
 */
export async function adopt({ files, options }: CommandInput): Promise<0> {
  const name = requireName(files);
  const { dashboard = null } = options;
  if (dashboard !== null && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(dashboard))
    throw new SegueError('invalid_input', `--dashboard ${dashboard} is no id of a dashboard.`, {
      object: '--dashboard',
      next: 'Copy it from the page Settings of the dashboard.',
    });
  return withTarget<0>(requireDatabase(options.database), async (target) => {
    const found = await requireRolloutNamed(target, name);
    if (found.ended !== null)
      throw new SegueError('not_allowed', `"${name}" has ended.`, {
        object: name,
        next: 'Nothing needs to be driven.',
      });
    const rollout =
      found.managedBy === dashboard
        ? found
        : await takeOverRollout(target, { rolloutId: found.id, managedBy: dashboard, actor: cliActor() });
    const driver = rollout.managedBy === null ? 'the command line' : `dashboard ${rollout.managedBy}`;
    if (options.json === true)
      printJson({ type: 'result', name, managedBy: rollout.managedBy, position: rollout.position });
    else printLine(`${name}: ${driver} drives it now`);
    return 0;
  });
}
