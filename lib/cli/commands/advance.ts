import { SegueError } from '@/lib/core/errors';
import type { Plan } from '@/lib/core/plan';
import type { RolloutFact } from '@/lib/core/rollout';
import { planTransition } from '@/lib/engine/plan-transition';
import { acceptDrift, findRollout, fixPlan } from '@/lib/engine/rollouts';
import type { Target } from '@/lib/engine/target';
import { canonicalJson } from '@/lib/planner/digest';
import type { Answers, MigrationReading } from '@/lib/planner/from-sql/migration-reading';
import { cliActor } from '../cli-actor';
import type { CommandInput } from '../main';
import { moveTo } from '../move-to';
import { printOpenReading } from '../print-reading';
import { readAnswers } from '../read-answers';
import { readTransitionFile, type TransitionSource } from '../read-transition-file';
import { recordedOnTarget } from '../recorded-on-target';
import { requireUnmanaged } from '../require-unmanaged';
import { type TeamRecord, teamRecordOf } from '../team-record';
import { requireDatabase, withTarget } from '../with-target';
import { requireFile } from './plan';

/** `segue advance <file>`: one phase, or up to `--to`. The caller's word that the deploy notes' code is live. */
export async function advance({ files, options, cwd }: CommandInput): Promise<0 | 1 | 2 | 3> {
  const file = requireFile(files);
  const source = await readTransitionFile(file, cwd);
  const record = await teamRecordOf(file, options, cwd);
  const answers = await readAnswers(options, cwd);
  return withTarget(requireDatabase(options.database), async (target) => {
    const prepared = await prepare(target, source, { answers, record, accept: options.accept ?? [] });
    if ('open' in prepared) return printOpenReading(prepared.open, options.json === true);
    const { position, plan, rollout } = prepared;
    // Before anything is written: wrong usage changes nothing.
    const goal = goalOf(position, plan, options.to, options.purge === true);
    const fixed = await rollout();
    const managed = await requireUnmanaged(target, fixed, options['take-over'] === true);
    if (options['accept-drift'] === true)
      await acceptDrift(target, { rolloutId: managed.id, actor: cliActor() });
    return moveTo(target, managed, {
      direction: 'forward',
      goal,
      json: options.json === true,
      waivesRetention: options.purge === true,
      accept: options.accept ?? [],
    });
  });
}

interface Prepared {
  readonly position: number;
  readonly plan: Plan;
  /** The rollout as the target knows it; the plan of one that has not started is written into the target here. */
  readonly rollout: () => Promise<RolloutFact>;
}

/** A started rollout keeps its plan; one that has not is planned now. Writes nothing. */
async function prepare(
  target: Target,
  source: TransitionSource,
  given: { readonly answers: Answers; readonly record: TeamRecord; readonly accept: readonly string[] },
): Promise<Prepared | { readonly open: MigrationReading }> {
  const known = await findRollout(target, { name: nameOfSource(source) });
  if (known !== null && (known.position > 0 || known.direction !== null)) {
    requireSameFile(known, source);
    return { position: known.position, plan: known.plan, rollout: async () => known };
  }
  const found = await recordedOnTarget(source, target, given.answers, given.record, 'start');
  if (found.spec === null) return { open: found.reading };
  const plan = await planTransition(target, found.spec);
  return {
    position: 0,
    plan,
    rollout: () => fixPlan(target, { plan, managedBy: known?.managedBy ?? null, acknowledged: given.accept }),
  };
}

export const nameOfSource = (source: TransitionSource): string =>
  source.kind === 'operations' ? source.spec.name : source.name;

/** SQL is not read again: the schema is another one since it has begun. Its text must be the one that was planned. */
function isSameFile({ plan }: RolloutFact, source: TransitionSource): boolean {
  if (source.kind !== 'operations') return plan.source?.sha256 === source.origin.sha256;
  return (
    canonicalJson(plan.operations) === canonicalJson(source.spec.operations) &&
    plan.dualWrite === source.spec.dualWrite
  );
}

/** A file with other operations under the name of a started transition is somebody's mistake. */
export function requireSameFile(known: RolloutFact, source: TransitionSource): void {
  if (isSameFile(known, source)) return;
  const name = nameOfSource(source);
  throw new SegueError(
    'other_operations',
    `The transition "${name}" has started with other operations in this database.`,
    { object: name, next: 'Roll it back to the start first, or give this transition another name.' },
  );
}

function goalOf(position: number, plan: Plan, to: string | undefined, purge: boolean): number {
  const { phases } = plan;
  if (to === undefined) return Math.min(position + 1, phases.length);
  if (to === 'end') return phases.at(-1)?.kind === 'purge' && !purge ? phases.length - 1 : phases.length;
  return requirePosition(to, phases.length, ', or "end"');
}

/** `--to` as a position of the plan. Throws `invalid_input`. */
export function requirePosition(to: string, phases: number, others: string): number {
  const position = /^\d{1,4}$/.test(to) ? Number(to) : Number.NaN;
  if (position >= 0 && position <= phases) return position;
  throw new SegueError('invalid_input', `--to ${to} is no position of this plan.`, {
    object: '--to',
    next: `Give a number from 0 to ${phases}${others}.`,
  });
}
