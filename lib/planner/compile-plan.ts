import { SegueError } from '@/lib/core/errors';
import type { Operation, TransitionSpec } from '@/lib/core/operation';
import {
  type CheckSpec,
  type DeployNote,
  type Finding,
  PHASE_KINDS,
  PHASE_TITLES,
  type Phase,
  type PhaseKind,
  type Plan,
  type Step,
} from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import type { Catalog } from './catalog';
import { joinCode } from './deploy/code';
import { digestOf } from './digest';
import { transitionTag } from './names';
import { type OperationPlan, type PhasePart, relationLabel } from './plan-parts';
import { requireTable } from './refuse';
import { compileOperation } from './registry';

/** Columns that an operation claims; two operations on one column would undo each other's work. */
function columnsOf(operation: Operation): string[] {
  switch (operation.kind) {
    case 'rename_column':
      return [operation.from, operation.to];
    case 'change_type':
      return operation.to === undefined ? [operation.column] : [operation.column, operation.to];
    default:
      return [operation.column];
  }
}

function refuseOverlaps(operations: readonly Operation[]): void {
  const seen = new Map<string, number>();
  operations.forEach((operation, index) => {
    for (const column of columnsOf(operation)) {
      const label = `${relationLabel(operation.table)}.${column}`;
      const other = seen.get(label);
      if (other !== undefined && other !== index) {
        throw new SegueError(
          'invalid_input',
          `Operations ${other + 1} and ${index + 1} both change "${label}".`,
          { object: label, next: 'Put them into two transitions, one after the other.' },
        );
      }
      seen.set(label, index);
    }
  });
}

function mergeDeploys(parts: readonly PhasePart[]): DeployNote | null {
  const notes = parts.flatMap((part) => (part.deploy === undefined ? [] : [part.deploy]));
  const [first, ...rest] = notes;
  if (first === undefined) return null;
  return rest.reduce<DeployNote>(
    (merged, note) => ({
      title: `${merged.title}; ${note.title.charAt(0).toLowerCase()}${note.title.slice(1)}`,
      text: `${merged.text} ${note.text}`,
      question: [merged.question, note.question].filter((question) => question !== null).join(' ') || null,
      code: joinCode(merged.code, note.code),
      test: `${merged.test}\n\n${note.test}`,
    }),
    first,
  );
}

const checksOf = (parts: readonly PhasePart[], pick: (part: PhasePart) => readonly CheckSpec[] | undefined) =>
  parts.flatMap((part) => pick(part) ?? []);

function mergePhase(
  kind: PhaseKind,
  number: number,
  parts: readonly PhasePart[],
  tables: readonly RelationName[],
): Phase {
  const steps: Step[] = parts.flatMap((part) => part.steps);
  const strong = steps.some((step) =>
    step.locks.some((lock) => lock.mode === 'ACCESS EXCLUSIVE' || lock.mode === 'SHARE ROW EXCLUSIVE'),
  );
  const longTransactions: CheckSpec[] = strong
    ? [
        {
          id: 'long_transactions',
          title: 'No long transaction is in the way',
          work: { kind: 'long_transactions', tables },
        },
      ]
    : [];
  return {
    number,
    kind,
    title: PHASE_TITLES[kind],
    summary: parts.map((part) => part.summary).join(' '),
    steps,
    entryChecks: [...longTransactions, ...checksOf(parts, (part) => part.entryChecks)],
    exitChecks: checksOf(parts, (part) => part.exitChecks),
    watchChecks: checksOf(parts, (part) => part.watchChecks),
    rollbackChecks: checksOf(parts, (part) => part.rollbackChecks),
    deploy: mergeDeploys(parts),
    lossless: parts.every((part) => part.lossless),
    rollback: parts.map((part) => part.rollback).join(' '),
  };
}

function positions(
  compiled: readonly OperationPlan[],
  kinds: readonly PhaseKind[],
): { newCodeFrom: number; oldCodeUntil: number } {
  const order = (kind: PhaseKind) => PHASE_KINDS.indexOf(kind);
  const doneUpTo = (limit: PhaseKind) => kinds.filter((kind) => order(kind) <= order(limit)).length;
  const doneBefore = (limit: PhaseKind) => kinds.filter((kind) => order(kind) < order(limit)).length;
  return {
    newCodeFrom: Math.max(
      0,
      ...compiled.map((plan) => (plan.newCodeAfter === null ? 0 : doneUpTo(plan.newCodeAfter))),
    ),
    oldCodeUntil: Math.min(
      kinds.length,
      ...compiled.map((plan) =>
        plan.oldCodeBefore === null ? kinds.length : doneBefore(plan.oldCodeBefore),
      ),
    ),
  };
}

function uniqueRelations(relations: readonly RelationName[]): RelationName[] {
  const byLabel = new Map(
    relations.map(({ schema, name }) => [relationLabel({ schema, name }), { schema, name }]),
  );
  return [...byLabel.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, relation]) => relation);
}

/**
 * Compiles a transition against a catalog into the plan that people review and the engine runs. Pure: the same input
 * gives the same plan and digest. Throws SegueError naming the table or column that stands in the way.
 */
export function compilePlan(spec: TransitionSpec, catalog: Catalog): Plan {
  refuseOverlaps(spec.operations);
  const tag = transitionTag(spec.name);
  const tables = spec.operations.map((operation) => requireTable(catalog, operation.table));
  const compiled = spec.operations.map((operation, index) => {
    const table = requireTable(catalog, operation.table);
    return compileOperation(operation, {
      catalog,
      table,
      dualWrite: spec.dualWrite,
      index,
      tag,
      transition: spec.name,
    });
  });
  const relations = uniqueRelations(tables);
  const kinds = PHASE_KINDS.filter((kind) => compiled.some((plan) => plan.phases[kind] !== undefined));
  const phases = kinds.map((kind, index) =>
    mergePhase(
      kind,
      index + 1,
      compiled.flatMap((plan) => plan.phases[kind] ?? []),
      relations,
    ),
  );
  const assumed: Finding[] = catalog.assumed
    ? [
        {
          rule: 'assumed-catalog',
          severity: 'warning',
          operation: null,
          message: 'Planned without a database: types, keys, indexes and constraints are assumed.',
          fix: 'Give --database to plan against the real schema.',
        },
      ]
    : [];
  const partners = tables.flatMap((table) => [
    ...table.foreignKeys.map((key) => key.references),
    ...table.inboundForeignKeys.map((key) => key.table),
  ]);
  const body = { name: spec.name, dualWrite: spec.dualWrite, operations: spec.operations, phases };
  return {
    format: 1,
    ...body,
    digest: digestOf({
      ...body,
      phases: phases.map(({ kind, steps, entryChecks, exitChecks, rollbackChecks }) => ({
        kind,
        entryChecks,
        exitChecks,
        rollbackChecks,
        steps: steps.map(({ id, kind: stepKind, sql, undo, keep }) => ({ id, stepKind, sql, undo, keep })),
      })),
    }),
    ...positions(compiled, kinds),
    tables: relations,
    claims: uniqueRelations([...tables, ...partners]),
    estimatedRows: Math.max(0, ...tables.map((table) => table.estimatedRows)),
    findings: [...assumed, ...compiled.flatMap((plan) => plan.findings)],
  };
}
