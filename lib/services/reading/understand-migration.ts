import { SegueError } from '@/lib/core/errors';
import type { JournalPlace } from '@/lib/core/migration-record';
import { migrationTextProblem } from '@/lib/core/migration-text';
import type { TransitionSpec } from '@/lib/core/operation';
import { readSchemaFor } from '@/lib/engine/read-schema-for';
import type { Target } from '@/lib/engine/target';
import { findTeamJournals } from '@/lib/engine/team-journal';
import type { Answers, MigrationReading } from '@/lib/planner/from-sql/migration-reading';
import { memoryFrom } from '@/lib/planner/memory-catalog/memory-from';
import type { MigrationStatements, MigrationView } from '@/lib/views/migration-view';
import { fileRecord } from '../file-record';
import { rawFindings, rulesOf } from '../migration-findings';
import type { MigrationInput } from './migration-input';
import { majorOf, openSource } from './open-source';

/** What a reading needs around it: the database, and a pause between its parts. */
export interface ReadingPlace {
  /** Works on the database; errors are SegueErrors. */
  readonly ask: <T>(work: (target: Target) => Promise<T>) => Promise<T>;
  /** Lets others have the processor; throws where nobody waits any more. */
  readonly breathe: () => Promise<void>;
}

/** A file's statements with their fates, and the operations that they became; null while something is open or refused. */
interface Understood extends MigrationStatements, Pick<MigrationView, 'questions' | 'answerErrors'> {
  readonly spec: TransitionSpec | null;
  readonly places: readonly JournalPlace[];
}

/** Reads a file against the database as it is now, without its plan. `invalid_input` where it is empty, binary or too large. */
export async function understandMigration(
  { ask, breathe }: ReadingPlace,
  input: MigrationInput,
): Promise<Understood> {
  const problem = migrationTextProblem(input.text);
  if (problem !== null)
    throw new SegueError('invalid_input', problem.message, { object: input.fileName, next: problem.next });
  const source = openSource(input);
  await breathe();
  const { catalog, places } = await ask(async (target) => ({
    catalog: await readSchemaFor(target, source.names),
    places: source.recordable ? await findTeamJournals(target) : [],
  }));
  await breathe();
  const major = majorOf(catalog.serverVersionNum);
  const { reading, answerErrors } = withAnswers(input.answers, (answers) =>
    source.read(memoryFrom(catalog), { name: input.name, answers, major }),
  );
  await breathe();
  const statements = reading.statements.map(({ line, column, endLine, fate }) => ({
    line,
    column,
    endLine,
    fate,
  }));
  const findings = rawFindings(source.lint(memoryFrom(catalog), major), statements, catalog);
  await breathe();
  return {
    spec: reading.spec === null ? null : named(reading.spec, input, source.recordable),
    places,
    statements,
    findings,
    rules: rulesOf(findings),
    assumptions: reading.assumptions,
    operations: reading.spec?.operations ?? [],
    questions: reading.questions,
    answerErrors,
  };
}

function named(spec: TransitionSpec, input: MigrationInput, recordable: boolean): TransitionSpec {
  const { name, record, text } = input;
  return { ...spec, name, ...(recordable && record != null ? { record: fileRecord(record, text) } : {}) };
}

/**
 * Reads with the answers that fit: one that is no SQL, or is about something that the file does not ask any more, is left out and
 * told by its question, so that the rest of the reading stays in sight.
 */
function withAnswers(
  answers: Answers,
  read: (answers: Answers) => MigrationReading,
): { reading: MigrationReading; answerErrors: Record<string, string> } {
  const attempt = (given: Answers): MigrationReading | SegueError => {
    try {
      return read(given);
    } catch (error) {
      if (error instanceof SegueError) return error;
      throw error;
    }
  };
  const whole = attempt(answers);
  if (!(whole instanceof SegueError)) return { reading: whole, answerErrors: {} };
  let fitting: Answers = {};
  const answerErrors: Record<string, string> = {};
  for (const [id, answer] of Object.entries(answers)) {
    const one = attempt({ ...fitting, [id]: answer });
    if (one instanceof SegueError) answerErrors[id] = one.message;
    else fitting = { ...fitting, [id]: answer };
  }
  return { reading: read(fitting), answerErrors };
}
