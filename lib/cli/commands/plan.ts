import { SegueError } from '@/lib/core/errors';
import type { TransitionSpec } from '@/lib/core/operation';
import type { Plan } from '@/lib/core/plan';
import { planTransition } from '@/lib/engine/plan-transition';
import { assumeCatalog } from '@/lib/planner/assume-catalog';
import { compilePlan } from '@/lib/planner/compile-plan';
import { operationsCatalog } from '@/lib/planner/memory-catalog/operations-catalog';
import type { CommandInput } from '../main';
import { printJson, printLine } from '../output';
import { readHistory } from '../read-history';
import { readTransitionFile } from '../read-transition-file';
import { withTarget } from '../with-target';

/** `segue plan <file>`: prints the plan; changes nothing. Exit 1 when a finding is an error. */
export async function plan({ files, options, cwd }: CommandInput): Promise<0 | 1> {
  const spec = await readTransitionFile(requireFile(files), cwd);
  const made = await planFor(spec, options, cwd);
  if (options.json === true) printJson(made);
  else printPlan(made);
  return made.findings.some((finding) => finding.severity === 'error') ? 1 : 0;
}

/** Against the database where one is given, else after the files that came before, else on what the operations themselves tell. */
async function planFor(
  spec: TransitionSpec,
  { database, after }: CommandInput['options'],
  cwd: string,
): Promise<Plan> {
  if (database !== undefined && after !== undefined)
    throw new SegueError('invalid_input', '--database and --after exclude each other.', {
      object: '--after',
      next: 'Give the database, or the folder of earlier migrations.',
    });
  if (database !== undefined) return withTarget(database, (target) => planTransition(target, spec));
  const { operations } = spec;
  return compilePlan(
    spec,
    after === undefined
      ? assumeCatalog(operations)
      : operationsCatalog(await readHistory(after, cwd), operations),
  );
}

/** The one file argument. Throws `invalid_input`. */
export function requireFile(files: readonly string[]): string {
  const [file] = files;
  if (file === undefined || files.length > 1) {
    throw new SegueError(
      'invalid_input',
      file === undefined ? 'No operations file is given.' : 'More than one file is given.',
      { next: 'Give one operations file. See segue --help.' },
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
