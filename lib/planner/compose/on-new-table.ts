import type { Step } from '@/lib/core/plan';
import { PHASE_KINDS } from '@/lib/core/plan';
import { lockOn, type OperationPlan, type PhasePart } from '../plan-parts';

const idInAdd = (id: string): string => id.replace(/\.(dual_write|switch|contract)\./, '.expand.');

const atOnce = (sql: readonly string[]): string[] =>
  sql.map((statement) => statement.replace(/^(CREATE (?:UNIQUE )?INDEX|DROP INDEX) CONCURRENTLY /, '$1 '));

/** A step on a table that nobody uses yet: an index need not be built concurrently. */
function inAdd(step: Step): Step {
  const { index, alsoUndoes, begins, ...rest } = step;
  return {
    ...rest,
    id: idInAdd(step.id),
    kind: index === undefined ? step.kind : 'ddl',
    sql: atOnce(step.sql),
    undo: atOnce(step.undo),
    transactional: true,
    undoTransactional: true,
    ...(index === undefined
      ? {}
      : { locks: lockOn(step.table, 'SHARE'), undoLocks: lockOn(step.table, 'ACCESS EXCLUSIVE') }),
    ...(alsoUndoes === undefined ? {} : { alsoUndoes: alsoUndoes.map(idInAdd) }),
    ...(begins === undefined ? {} : { begins: begins.map(idInAdd) }),
  };
}

/** An operation on a table that the same transition makes: all of it in Add, right after the table. */
export function onNewTable(plan: OperationPlan): OperationPlan {
  const parts = PHASE_KINDS.flatMap((kind): readonly PhasePart[] => {
    const part = plan.phases[kind];
    return part === undefined ? [] : [part];
  });
  return {
    ...plan,
    newCodeAfter: 'expand',
    oldCodeBefore: null,
    findings: plan.findings.filter(({ severity }) => severity === 'error'),
    trials: [],
    phases: {
      expand: {
        summary: '',
        steps: parts.flatMap((part) => part.steps.map(inAdd)),
        lossless: true,
        rollback: '',
      },
    },
  };
}
