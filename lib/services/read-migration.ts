import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { SegueError } from '@/lib/core/errors';
import { type JournalPlace, recordRequestSchema } from '@/lib/core/migration-record';
import { holdsOperations, migrationTextProblem } from '@/lib/core/migration-text';
import type { TransitionSpec } from '@/lib/core/operation';
import { readSchemaFor } from '@/lib/engine/read-schema-for';
import { findTeamJournals } from '@/lib/engine/team-journal';
import { relationsOfPgroll } from '@/lib/planner/from-pgroll/relations-of-pgroll';
import {
  type Answers,
  type MigrationReading,
  migrationReading,
} from '@/lib/planner/from-sql/migration-reading';
import type { LintFinding } from '@/lib/planner/lint/lint-finding';
import { lintMigration } from '@/lib/planner/lint/lint-migration';
import { catalogReader } from '@/lib/planner/memory-catalog/catalog-of';
import type { Memory } from '@/lib/planner/memory-catalog/memory';
import { memoryFrom } from '@/lib/planner/memory-catalog/memory-from';
import { type Migration, readMigration } from '@/lib/sql/migration/read-migration';
import type { StoredDatabase } from '@/lib/store/databases';
import type { MigrationStatements, MigrationView } from '@/lib/views/migration-view';
import { operationsReading, readOperationsDocument } from './file-reading';
import { fileRecord, recordRefusal } from './file-record';
import { rawFindings, rulesOf } from './migration-findings';
import { planForDatabase } from './plan-for-database';
import { requireDatabase } from './require-record';
import type { ServiceContext } from './service-context';
import { LONG_WORK_MS } from './target-pool';

/** A raw migration file and what a person answered about it. */
export const migrationInput = z.strictObject({
  /** The transition's name. */
  name: z.string(),
  fileName: z.string().max(200),
  text: z.string(),
  answers: z.record(z.string().max(1000), z.string().max(20_000)),
  /** How the team's own journal knows the file. @default not recorded */
  record: recordRequestSchema.nullable().optional(),
});

export type MigrationInput = z.output<typeof migrationInput>;

/** Statements of one file at most: reading more would keep the server, and the worker in it, from everything else for seconds. */
const MAX_STATEMENTS = 5000;

const MAJORS = [14, 15, 16, 17, 18] as const;

/** The statements of a file as the parser gives them, those of its DO blocks too. */
const namesIn = (migration: Migration): unknown[] =>
  migration.items.flatMap((item) =>
    item.type === 'statement' ? [item.node, ...(item.block?.statements.map(({ node }) => node) ?? [])] : [],
  );

/**
 * Reads a migration file against a database as it is now: what the raw statements would do to it, what they become, what is
 * asked, and the plan where nothing is. Writes nothing and runs nothing of the file. `invalid_input` where it is empty, binary
 * or too large; a fault inside it is a finding. Gives the event loop free between its parts, and stops there when `signal`
 * says that nobody waits any more.
 */
export async function readMigrationFile(
  context: ServiceContext,
  input: { databaseId: string; signal?: AbortSignal } & MigrationInput,
): Promise<MigrationView> {
  const database = await requireDatabase(context.control, input.databaseId);
  const { spec, questions, places, ...statements } = await understandMigration(
    context,
    database,
    input,
    input.signal,
  );
  const notRecorded = await recordRefusal(context, database, input);
  // What cannot be recorded is said beside the journal; its phases stay in sight.
  const planned = spec === null || notRecorded === null ? spec : unrecorded(spec);
  const { plan, refusal } = await planOf(context, database, planned);
  return { ...statements, questions, plan, refusal, journal: { places, refusal: notRecorded } };
}

function unrecorded({ record: _, ...rest }: TransitionSpec): TransitionSpec {
  return rest;
}

/** A file's statements with their fates, and the operations that they became; null while something is open or refused. */
interface Understood extends MigrationStatements, Pick<MigrationView, 'questions' | 'answerErrors'> {
  readonly spec: TransitionSpec | null;
  readonly places: readonly JournalPlace[];
}

/** The reading without its plan. */
export async function understandMigration(
  context: ServiceContext,
  database: StoredDatabase,
  input: MigrationInput,
  signal?: AbortSignal,
): Promise<Understood> {
  const problem = migrationTextProblem(input.text);
  if (problem !== null)
    throw new SegueError('invalid_input', problem.message, { object: input.fileName, next: problem.next });
  const breathe = async () => {
    await nextTurn();
    signal?.throwIfAborted();
  };
  const source = openSource(input);
  await breathe();
  const { catalog, places } = await context.targets.use(
    database,
    async (target) => ({
      catalog: await readSchemaFor(target, source.names),
      places: source.recordable ? await findTeamJournals(target) : [],
    }),
    { patient: true, patienceMs: LONG_WORK_MS },
  );
  await breathe();
  const server = Math.floor(catalog.serverVersionNum / 10_000);
  const major = MAJORS.find((each) => each === server) ?? 18;
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

type Major = (typeof MAJORS)[number];

/** A text whose language is known: what it names, how it is read, and what lint says of it. */
interface Source {
  readonly names: readonly unknown[];
  /** A list of operations says itself what it stands for. */
  readonly recordable: boolean;
  readonly read: (
    memory: Memory,
    options: { readonly name: string; readonly answers: Answers; readonly major: Major },
  ) => MigrationReading;
  readonly lint: (memory: Memory, major: Major) => readonly LintFinding[];
}

function openSource({ fileName, text }: MigrationInput): Source {
  if (holdsOperations(fileName, text)) {
    const document = readOperationsDocument(text);
    return {
      names: relationsOfPgroll(document.file),
      recordable: false,
      read: (memory, { name, answers }) => operationsReading(document, { name, memory, answers }),
      lint: () => [],
    };
  }
  const migration = readMigration(text);
  const count = migration.items.length;
  if (count > MAX_STATEMENTS)
    throw new SegueError(
      'invalid_input',
      `The file has ${count.toLocaleString('en-US')} statements; up to ${MAX_STATEMENTS.toLocaleString('en-US')} are read here.`,
      { object: fileName, next: 'Split it, or plan it on the command line: segue plan.' },
    );
  return {
    names: namesIn(migration),
    recordable: true,
    read: (memory, options) => migrationReading(text, memory, options),
    lint: (memory, major) =>
      lintMigration(text, memory, catalogReader(memory), {
        file: fileName,
        major,
        timeZone: null,
        complete: true,
      }),
  };
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

async function planOf(
  context: ServiceContext,
  database: StoredDatabase,
  spec: TransitionSpec | null,
): Promise<Pick<MigrationView, 'plan' | 'refusal'>> {
  if (spec === null || spec.operations.length === 0) return { plan: null, refusal: null };
  try {
    return { plan: await planForDatabase(context, database, spec, { trySql: false }), refusal: null };
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
