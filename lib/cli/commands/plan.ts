import { SegueError } from '@/lib/core/errors';
import type { Plan } from '@/lib/core/plan';
import { planTransition } from '@/lib/engine/plan-transition';
import { assumeCatalog } from '@/lib/planner/assume-catalog';
import { compilePlan } from '@/lib/planner/compile-plan';
import type { CommandInput } from '../main';
import { printJson, printLine } from '../output';
import { readTransitionFile } from '../read-transition-file';
import { withTarget } from '../with-target';

/** `segue plan <file>`: prints the plan; changes nothing. Exit 1 when a finding is an error. */
export async function plan({ files, options, cwd }: CommandInput): Promise<0 | 1> {
  const spec = await readTransitionFile(requireFile(files), cwd);
  if (options.after !== undefined) {
    throw new SegueError('unsupported', 'Planning after migration files is not supported yet.', {
      object: '--after',
      next: 'Give --database instead.',
    });
  }
  const url = options.database;
  const made =
    url === undefined
      ? compilePlan(spec, assumeCatalog(spec.operations))
      : await withTarget(url, (target) => planTransition(target, spec));
  if (options.json === true) printJson(made);
  else printPlan(made);
  return made.findings.some((finding) => finding.severity === 'error') ? 1 : 0;
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
