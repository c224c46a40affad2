import { PHASE_KINDS, type PhaseKind, type Step } from '@/lib/core/plan';
import { lockOn, type OperationPlan, type PhasePart } from '../plan-parts';

const idIn = (id: string, phase: PhaseKind): string =>
  id.replace(/\.(expand|dual_write|switch|contract)\./, `.${phase}.`);

const atOnce = (sql: readonly string[]): string[] =>
  sql.map((statement) => statement.replace(/^(CREATE (?:UNIQUE )?INDEX|DROP INDEX) CONCURRENTLY /, '$1 '));

/** A step on a table that nobody uses yet: an index need not be built concurrently. */
function inPhase(step: Step, phase: PhaseKind): Step {
  const { index, alsoUndoes, begins, ...rest } = step;
  return {
    ...rest,
    id: idIn(step.id, phase),
    kind: index === undefined ? step.kind : 'ddl',
    sql: atOnce(step.sql),
    undo: atOnce(step.undo),
    transactional: true,
    undoTransactional: true,
    ...(index === undefined
      ? {}
      : { locks: lockOn(step.table, 'SHARE'), undoLocks: lockOn(step.table, 'ACCESS EXCLUSIVE') }),
    ...(alsoUndoes === undefined ? {} : { alsoUndoes: alsoUndoes.map((id) => idIn(id, phase)) }),
    ...(begins === undefined ? {} : { begins: begins.map((id) => idIn(id, phase)) }),
  };
}

/** An operation on a table that the same transition makes in this phase: all of it right after the table. */
export function onNewTable(plan: OperationPlan, phase: PhaseKind): OperationPlan {
  const parts = PHASE_KINDS.flatMap((kind): readonly PhasePart[] => {
    const part = plan.phases[kind];
    return part === undefined ? [] : [part];
  });
  return {
    ...plan,
    newCodeAfter: phase,
    oldCodeBefore: null,
    findings: plan.findings.filter(({ severity }) => severity === 'error'),
    trials: [],
    phases: {
      [phase]: {
        summary: '',
        steps: parts.flatMap((part) => part.steps.map((step) => inPhase(step, phase))),
        lossless: true,
        rollback: '',
      },
    },
  };
}
