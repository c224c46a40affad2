import { SegueError } from '@/lib/core/errors';
import type { TransitionSpec } from '@/lib/core/operation';
import type { MigrationView } from '@/lib/views/migration-view';
import { recordRefusal } from '../file-record';
import { planOn } from '../plan-on';
import type { MigrationInput } from './migration-input';
import { type ReadingPlace, understandMigration } from './understand-migration';

/** A file as the page shows it: its reading with the plan, or why there is none. Errors as of understandMigration. */
export async function migrationView(place: ReadingPlace, input: MigrationInput): Promise<MigrationView> {
  const { spec, questions, places, ...statements } = await understandMigration(place, input);
  const notRecorded = await recordRefusal(place.ask, input);
  // What cannot be recorded is said beside the journal; its phases stay in sight.
  const planned = spec === null || notRecorded === null ? spec : unrecorded(spec);
  const { plan, refusal } = await planOf(place, planned);
  return { ...statements, questions, plan, refusal, journal: { places, refusal: notRecorded } };
}

function unrecorded({ record: _, ...rest }: TransitionSpec): TransitionSpec {
  return rest;
}

async function planOf(
  { ask }: ReadingPlace,
  spec: TransitionSpec | null,
): Promise<Pick<MigrationView, 'plan' | 'refusal'>> {
  if (spec === null || spec.operations.length === 0) return { plan: null, refusal: null };
  try {
    return { plan: await ask((target) => planOn(target, spec, { trySql: false })), refusal: null };
  } catch (error) {
    if (!(error instanceof SegueError) || !REFUSALS.has(error.code)) throw error;
    const [field = ''] = Object.keys(error.evidence?.fields ?? {});
    const operation = /^file\.operations\.(\d+)\./.exec(field)?.[1];
    return {
      plan: null,
      refusal: {
        message: error.message,
        next: error.next ?? null,
        operation: operation === undefined ? null : Number(operation),
      },
    };
  }
}

/** What the planner says of operations; anything else is about the database. */
const REFUSALS: ReadonlySet<string> = new Set([
  'invalid_input',
  'unknown_table',
  'unknown_column',
  'name_taken',
  'name_too_long',
  'unsupported',
  'bad_expression',
  'missing_rights',
]);
