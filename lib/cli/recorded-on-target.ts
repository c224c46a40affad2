import type { Target } from '@/lib/engine/target';
import { requireRecordable } from '@/lib/engine/team-journal';
import type { Answers } from '@/lib/planner/from-sql/migration-reading';
import type { TransitionSource } from './read-transition-file';
import { recording, type TeamRecord } from './team-record';
import { type FoundSpec, specOnTarget } from './transition-spec';

/**
 * A file as a transition on a live database, with the record that goes with it. The team's journal is asked first: of a file that
 * has been run, or whose predecessors have not, the schema says only confusing things. Throws `not_allowed` naming the files.
 */
export async function recordedOnTarget(
  source: TransitionSource,
  target: Target,
  answers: Answers,
  given: TeamRecord,
  moment: 'plan' | 'start',
): Promise<FoundSpec> {
  const own = source.kind === 'operations' ? source.spec.record : undefined;
  const record = given === 'none' ? undefined : (given ?? own);
  const name = source.kind === 'operations' ? source.spec.name : source.name;
  if (record !== undefined) await requireRecordable(target, record, name, moment);
  const found = await specOnTarget(source, target, answers);
  return found.spec === null ? found : { ...found, spec: recording(found.spec, given) };
}
