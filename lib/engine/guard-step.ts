import { SegueError } from '@/lib/core/errors';
import type { Step } from '@/lib/core/plan';
import { quoteName } from '@/lib/core/sql-text';
import type { JudgeOptions } from '@/lib/planner/hazards/effects';
import { mayWork } from '@/lib/planner/step-guard/may-work';
import { stepEffects, stepStatements } from '@/lib/planner/step-guard/step-effects';
import { type StrongWork, strongWork } from '@/lib/planner/step-guard/strong-work';
import type { MoveContext } from './move-context';
import { readSchemaFor } from './read-schema-for';

const MAJORS: readonly JudgeOptions['major'][] = [14, 15, 16, 17, 18];

/**
 * Looks a step's statements up in the table of hazards, by the schema as it is now, before any of them runs. Throws `step_failed` where
 * one would write a table anew, read all its rows or build an index while its writers wait, and the step does not say so:
 * what spared it the work when it was planned is gone. Asks the database only where a statement can do such work at all.
 */
export async function guardStep(
  context: MoveContext,
  step: Step,
  statements: readonly string[],
  transactional: boolean,
): Promise<void> {
  // What locks and works nobody could tell is bounded by its timeouts, and the plan says so.
  if (step.ownSql !== undefined) return;
  const { parsed } = stepStatements(statements);
  if (!parsed.some(mayWork)) return;
  const catalog = await readSchemaFor(
    context.lease.session,
    parsed.map(({ node }) => node),
    // Of how views and functions were made the effects of a statement say nothing.
    { definitions: false },
  );
  const server = Math.floor(catalog.serverVersionNum / 10_000);
  const effects = stepEffects(statements, catalog, MAJORS.find((major) => major === server) ?? 18);
  for (const work of strongWork(effects, transactional))
    if (!isStated(step, work) && !(await isEmpty(context, work.relation))) throw unstated(step, work);
}

/** A table without a page: nothing of it can be read or written. */
async function isEmpty({ lease }: MoveContext, label: string): Promise<boolean> {
  const [schema = '', ...name] = label.split('.');
  const [row] = await lease.session.sql<{ empty: boolean }[]>`
    SELECT pg_relation_size(to_regclass(${quoteName({ schema, name: name.join('.') })})) = 0 AS empty`;
  return row?.empty === true;
}

const isStated = (step: Step, { work }: StrongWork): boolean =>
  work === 'reads' ? step.scans || step.rewrites : step.rewrites;

const WORK: Readonly<Record<StrongWork['work'], string>> = {
  rewrites: 'write every row anew of',
  reads: 'read every row of',
  builds: 'build an index over',
};

function unstated(step: Step, { statement, relation, work, lock, locked }: StrongWork): SegueError {
  const text = statement.replace(/\s+/g, ' ').trim().slice(0, 300);
  return new SegueError(
    'step_failed',
    `"${text}" would ${WORK[work]} ${relation} while ${locked} is locked (${lock}), which the step "${step.title}" does not say: it was not run.`,
    {
      object: relation,
      next: 'The schema is not what it was when this was planned: look for what was changed by hand, put it back and retry, or roll back and plan anew.',
      evidence: { statement: text, relation, lock },
    },
  );
}
