import type { Operation, OperationOf, TransitionSpec } from '@/lib/core/operation';
import type { Phase, PhaseKind, Plan } from '@/lib/core/plan';
import type { Catalog } from '@/lib/planner/catalog';
import { compilePlan } from '@/lib/planner/compile-plan';
import { sampleCatalog } from './sample-catalog';

const table = { schema: 'public', name: 'users' };

/** Operations on `public.users`, so that a test says only what it is about. */
export const operationOn = {
  rename: (from: string, to: string): OperationOf<'rename_column'> => ({
    kind: 'rename_column',
    table,
    from,
    to,
  }),
  add: (
    column: string,
    type: string,
    rest: Partial<OperationOf<'add_column'>> = {},
  ): OperationOf<'add_column'> => ({ kind: 'add_column', table, column, type, nullable: true, ...rest }),
  drop: (column: string, restore?: string): OperationOf<'drop_column'> => ({
    kind: 'drop_column',
    table,
    column,
    ...(restore === undefined ? {} : { restore }),
  }),
  changeType: (
    column: string,
    type: string,
    rest: Partial<OperationOf<'change_type'>> = {},
  ): OperationOf<'change_type'> => ({ kind: 'change_type', table, column, type, ...rest }),
  setNotNull: (column: string, value?: string): OperationOf<'set_not_null'> => ({
    kind: 'set_not_null',
    table,
    column,
    ...(value === undefined ? {} : { value }),
  }),
};

/** The plan of these operations. */
export function planOf(
  operations: Operation | readonly Operation[],
  catalog: Catalog = sampleCatalog(),
  rest: Partial<TransitionSpec> = {},
): Plan {
  const list = 'kind' in operations ? [operations] : operations;
  return compilePlan({ name: 'test', dualWrite: 'managed', operations: list, ...rest }, catalog);
}

/** The phase of that kind; throws where the plan has none. */
export function phaseOf(plan: Plan, kind: PhaseKind): Phase {
  const phase = plan.phases.find((candidate) => candidate.kind === kind);
  if (phase === undefined) throw new Error(`the plan has no phase ${kind}`);
  return phase;
}

/** Phase kinds with the slugs of their steps: `expand: add_column`. */
export function outlineOf(plan: Plan): string[] {
  return plan.phases.map(
    (phase) =>
      `${phase.kind}: ${phase.steps.map((step) => step.id.split('.').slice(2).join('.')).join(', ') || '–'}`,
  );
}

/** The plan's SQL there and back, readable. A statement that was printed before is named by its first line. */
export function sqlOf(plan: Plan): string {
  const seen = new Set<string>();
  const print = (statement: string, indent: string) => {
    const lines = statement.split('\n');
    const repeated = lines.length > 1 && seen.has(statement);
    seen.add(statement);
    return (repeated ? [`${lines[0]} … as above`] : lines).map((line) => indent + line).join('\n');
  };
  return plan.phases
    .flatMap((phase) => [
      `== ${phase.kind}`,
      ...phase.steps.flatMap((step) => [
        `-- ${step.id}: ${step.title}. ${step.impact}`,
        ...step.sql.map((statement) => print(statement, '')),
        ...step.undo.map((statement) => print(statement, '  back: ')),
      ]),
    ])
    .join('\n');
}
