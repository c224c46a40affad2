import { createHash } from 'node:crypto';
import { SegueError } from '@/lib/core/errors';
import { type TransitionSpec, toTransitionFile } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import type { StoredDatabase } from '@/lib/store/databases';
import type { MigrationSource } from '@/lib/store/migration-sources';
import type { MigrationView } from '@/lib/views/migration-view';
import { parseTransitionFile } from './parse-transition-file';
import { planForDatabase } from './plan-for-database';
import { type MigrationInput, understandMigration } from './read-migration';
import type { ServiceContext } from './service-context';

/** What a draft is made of: operations, or a raw migration file with its answers. */
export type DraftSource = { readonly file: unknown } | { readonly migration: MigrationInput };

interface PlannedDraft {
  readonly spec: TransitionSpec;
  readonly plan: Plan;
  /** What is kept of the migration file; null where there is none. */
  readonly source: MigrationSource | null;
}

/**
 * The operations of a draft, their plan, and what is kept of a migration file. Refuses, with `evidence.fields` where a field
 * is wrong, what cannot be planned, and a file with an open question or a refused statement.
 */
export async function planDraft(
  context: ServiceContext,
  database: StoredDatabase,
  input: DraftSource,
): Promise<PlannedDraft> {
  if ('file' in input) {
    const spec = parseTransitionFile(input.file);
    return { spec, plan: await planForDatabase(context, database, spec), source: null };
  }
  const { fileName, text, answers } = input.migration;
  const {
    spec: understood,
    questions,
    answerErrors: _,
    places: _places,
    ...reading
  } = await understandMigration(context, database, input.migration);
  if (understood === null) throw notPlanned(fileName, reading, questions);
  const spec: TransitionSpec = {
    ...parseTransitionFile(toTransitionFile(understood)),
    source: { file: fileName, sha256: createHash('sha256').update(text).digest('hex') },
  };
  const plan = await planForDatabase(context, database, spec);
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
