import { SegueError } from '@/lib/core/errors';
import type { RolloutFact } from '@/lib/core/rollout';
import { describeLeft } from '@/lib/engine/examine/describe-left';
import { abandonRollout, findRollout, leaveRollout, requireRollout } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { cliActor } from '../cli-actor';
import type { CommandInput } from '../main';
import { moveTo } from '../move-to';
import { printResult } from '../print-result';
import { requireUnmanaged } from '../require-unmanaged';
import { requireDatabase, withTarget } from '../with-target';

/**
 * `segue abandon <name>`: ends a transition. At its start it just ends; elsewhere `--roll-back` takes it back first, `--leave`
 * leaves what is there. Without either it says what would stay and stops (exit 3). Already abandoned is done.
 */
export async function abandon({ files, options }: CommandInput): Promise<0 | 1 | 2 | 3> {
  const name = requireName(files);
  const json = options.json === true;
  if (options.leave === true && options['roll-back'] === true)
    throw new SegueError('invalid_input', '--leave and --roll-back exclude each other.', {
      next: 'Give one of them.',
    });
  return withTarget(requireDatabase(options.database), async (target) => {
    const found = await requireRolloutNamed(target, name);
    if (found.ended === 'abandoned') {
      printResult(found, json, null);
      return 0;
    }
    if (found.ended !== null)
      throw new SegueError('not_allowed', `"${name}" is finished: nothing of it is under way.`, {
        object: name,
        next: 'Nothing needs to be done.',
      });
    const rollout = await requireUnmanaged(target, found, options['take-over'] === true);
    const started = rollout.position > 0 || rollout.direction !== null;
    if (started && options.leave === true) {
      const left = await describeLeft(target, rollout);
      const ended = await leaveRollout(target, {
        rolloutId: rollout.id,
        expectedVersion: rollout.version,
        actor: cliActor(),
        left,
      });
      printResult(ended, json, null);
      return 0;
    }
    if (started) {
      if (options['roll-back'] !== true) throw await undecided(target, rollout);
      const code = await moveTo(target, rollout, {
        direction: 'back',
        goal: 0,
        json,
        waivesRetention: false,
        accept: options.accept ?? [],
      });
      if (code !== 0) return code;
    }
    const { version } = await requireRollout(target, { id: rollout.id });
    await abandonRollout(target, { rolloutId: rollout.id, expectedVersion: version, actor: cliActor() });
    printResult(await requireRollout(target, { id: rollout.id }), json, null);
    return 0;
  });
}

/** The one name argument. Throws `invalid_input`. */
export function requireName(files: readonly string[]): string {
  const [name] = files;
  if (name !== undefined && files.length === 1) return name;
  throw new SegueError(
    'invalid_input',
    name === undefined ? 'No transition is named.' : 'More than one transition is named.',
    { next: 'Give the name of one transition; "segue status" lists them.' },
  );
}

/** The rollout of that name. Throws `not_found` (exit 2). */
export async function requireRolloutNamed(target: Target, name: string): Promise<RolloutFact> {
  const found = await findRollout(target, { name });
  if (found !== null) return found;
  throw new SegueError('not_found', `This database knows no transition "${name}".`, {
    object: name,
    next: 'See "segue status" for those that it knows.',
  });
}

async function undecided(target: Target, rollout: RolloutFact): Promise<SegueError> {
  const left = await describeLeft(target, rollout);
  return new SegueError(
    'confirmation_missing',
    `"${rollout.name}" is at position ${rollout.position}. To leave it there would leave in the database: ${left.join('; ')}.`,
    {
      object: rollout.name,
      next: 'Say --roll-back to take everything back first, or --leave to end it and leave these.',
      evidence: { left },
    },
  );
}
