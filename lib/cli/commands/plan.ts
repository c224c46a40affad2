import { SegueError } from '@/lib/core/errors';
import type { Plan } from '@/lib/core/plan';
import { planTransition } from '@/lib/engine/plan-transition';
import { assumeCatalog } from '@/lib/planner/assume-catalog';
import { compilePlan } from '@/lib/planner/compile-plan';
import type { Answers, MigrationReading } from '@/lib/planner/from-sql/migration-reading';
import { operationsCatalog } from '@/lib/planner/memory-catalog/operations-catalog';
import type { CommandInput } from '../main';
import { printJson, printLine } from '../output';
import { printOpenReading, printReading } from '../print-reading';
import { readAnswers } from '../read-answers';
import { readTransitionFile, type TransitionSource } from '../read-transition-file';
import { recordedOnTarget } from '../recorded-on-target';
import { recording, type TeamRecord, teamRecordOf } from '../team-record';
import { historyBefore, specFromFiles } from '../transition-spec';
import { withTarget } from '../with-target';

/** `segue plan <file>`: prints the plan; changes nothing. Exit 1 when a finding is an error, 2 where a statement of a migration is refused, 3 where it asks. */
export async function plan({ files, options, cwd }: CommandInput): Promise<0 | 1 | 2 | 3> {
  const file = requireFile(files);
  const source = await readTransitionFile(file, cwd);
  const record = await teamRecordOf(file, options, cwd);
  const answers = await readAnswers(options, cwd);
  const { reading, made } = await planFor(source, { answers, record }, options, cwd);
  if (made === null) return printOpenReading(reading, options.json === true);
  if (options.json === true) printJson(reading === null ? made : { ...made, reading });
  else {
    printPlan(made);
    if (reading !== null) printReading(reading);
  }
  return made.findings.some((finding) => finding.severity === 'error') ? 1 : 0;
}

type Planned =
  | { readonly made: Plan; readonly reading: MigrationReading | null }
  | { readonly made: null; readonly reading: MigrationReading };

/** Against the database where one is given, else after the files that came before, else on what the file itself tells. */
export async function planFor(
  source: TransitionSource,
  { answers, record }: { readonly answers: Answers; readonly record: TeamRecord },
  { database, after }: CommandInput['options'],
  cwd: string,
): Promise<Planned> {
  if (database !== undefined && after !== undefined)
    throw new SegueError('invalid_input', '--database and --after exclude each other.', {
      object: '--after',
      next: 'Give the database, or the folder of earlier migrations.',
    });
  if (database !== undefined)
    return withTarget(database, async (target) => {
      const found = await recordedOnTarget(source, target, answers, record, 'plan');
      return found.spec === null
        ? { made: null, reading: found.reading }
        : { made: await planTransition(target, found.spec), reading: found.reading };
    });
  const memory = after === undefined ? null : await historyBefore(source, after, cwd);
  const found = specFromFiles(source, memory, answers);
  if (found.spec === null) return { made: null, reading: found.reading };
  const { operations } = found.spec;
  const catalog = memory === null ? assumeCatalog(operations) : operationsCatalog(memory, operations);
  return { made: compilePlan(recording(found.spec, record), catalog), reading: found.reading };
}

/** The one file argument. Throws `invalid_input`. */
export function requireFile(files: readonly string[]): string {
  const [file] = files;
  if (file === undefined || files.length > 1) {
    throw new SegueError(
      'invalid_input',
      file === undefined ? 'No file is given.' : 'More than one file is given.',
      { next: 'Give one operations file or migration. See segue --help.' },
    );
  }
  return file;
}

function printPlan(made: Plan): void {
  printLine(`${made.name}  (plan ${made.digest.slice(0, 12)})`);
  printLine(
    `New code may run from position ${made.newCodeFrom}, old code until position ${made.oldCodeUntil}.`,
  );
  for (const phase of made.phases) {
    printLine(`\n${phase.number}. ${phase.title}: ${phase.summary}`);
    for (const step of phase.steps) {
      printLine(`   - ${step.title}. ${step.impact}`);
      for (const statement of step.sql) printLine(statement.replace(/^/gm, '       '));
    }
    printLine(`   Back: ${phase.rollback}`);
  }
  for (const finding of made.findings)
    printLine(`\n${finding.severity}: ${finding.message}${finding.fix === null ? '' : ` ${finding.fix}`}`);
}
