import { createHash } from 'node:crypto';
import { SegueError } from '@/lib/core/errors';
import { type TransitionSpec, toTransitionFile } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import type { MigrationSource } from '@/lib/store/migration-sources';
import type { MigrationView } from '@/lib/views/migration-view';
import { parseTransitionFile } from '../parse-transition-file';
import { planOn } from '../plan-on';
import type { MigrationInput } from './migration-input';
import { type ReadingPlace, understandMigration } from './understand-migration';

export interface PlannedDraft {
  readonly spec: TransitionSpec;
  readonly plan: Plan;
  /** What is kept of the migration file; null where there is none. */
  readonly source: MigrationSource | null;
}

/** A file as it is kept. Refuses one with an open question, a refused statement or nothing to do, and what cannot be planned. */
export async function migrationDraft(place: ReadingPlace, input: MigrationInput): Promise<PlannedDraft> {
  const { fileName, text, answers } = input;
  const {
    spec: understood,
    questions,
    answerErrors: _,
    places: _places,
    ...reading
  } = await understandMigration(place, input);
  if (understood === null) throw notPlanned(fileName, reading, questions);
  const spec: TransitionSpec = {
    ...parseTransitionFile(toTransitionFile(understood)),
    source: { file: fileName, sha256: createHash('sha256').update(text).digest('hex') },
  };
  const plan = await place.ask((target) => planOn(target, spec));
  return { spec, plan, source: { fileName, text, answers, reading } };
}

function notPlanned(
  fileName: string,
  { statements }: Pick<MigrationView, 'statements'>,
  questions: MigrationView['questions'],
): SegueError {
  const refused = statements.find(({ fate }) => fate.kind === 'refused');
  if (refused?.fate.kind === 'refused')
    return new SegueError('unsupported', `Line ${refused.line}: ${refused.fate.why}`, {
      object: fileName,
      next: refused.fate.next,
    });
  const open = questions.find(({ required, answer }) => required && answer === null);
  return new SegueError(
    'invalid_input',
    open === undefined ? 'The file leaves nothing to do.' : `Line ${open.line}: ${open.text}`,
    { object: fileName, next: open === undefined ? 'Check the database.' : 'Answer the question.' },
  );
}
