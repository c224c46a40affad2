import { SegueError } from '@/lib/core/errors';
import { type Operation, type TransitionSpec, tableOf } from '@/lib/core/operation';
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
import { type Catalog, findTable, type TableInfo } from './catalog';
import { joinCode } from './deploy/code';
import { digestOf } from './digest';
import { transitionTag } from './names';
import type { Touch } from './operation-definition';
import { type OperationPlan, type PhasePart, relationLabel, type Trial } from './plan-parts';
import { compileOperation, touchesOf } from './registry';

function refuseOverlaps(operations: readonly Operation[]): void {
  const free = operations.filter(({ kind }) => kind === 'free_sql').length;
  if (free > 0 && free < operations.length)
    throw new SegueError('invalid_input', 'free_sql cannot go together with other operations.', {
      object: 'free_sql',
      next: 'Put it into a transition of its own: what it changes, the others cannot know.',
    });
  const seen: (Touch & { readonly index: number; readonly label: string })[] = [];
  operations.forEach((operation, index) => {
    for (const touch of touchesOf(operation)) {
      const label = relationLabel(touch.relation);
      const other = seen.find(
        (known) =>
          known.index !== index &&
          known.label === label &&
          (known.changes || touch.changes) &&
          (known.part === null || touch.part === null || known.part === touch.part),
      );
      if (other !== undefined) {
        const part = touch.part ?? other.part;
        const object = part === null ? label : `${label}.${part.slice(part.indexOf(' ') + 1)}`;
        throw new SegueError(
          'invalid_input',
          `Operations ${other.index + 1} and ${index + 1} both change "${object}".`,
          { object, next: 'Put them into two transitions, one after the other.' },
        );
      }
      seen.push({ ...touch, index, label });
    }
  });
}

/** A table that is renamed, made or dropped as a whole cannot be the foreign-key partner of another operation's table. */
function refusePartners(
  operations: readonly Operation[],
  compiled: readonly OperationPlan[],
  catalog: Catalog,
): void {
  operations.forEach((operation, index) => {
    const whole = touchesOf(operation).flatMap(({ part, relation }) => (part === null ? [relation] : []));
    for (const relation of whole) {
      const label = relationLabel(relation);
      const other = compiled.findIndex(
        (plan, at) =>
          at !== index &&
          partnersOf(plan, operations[at], catalog).some((partner) => relationLabel(partner) === label),
      );
      if (other >= 0)
        throw new SegueError(
          'invalid_input',
          `Operation ${index + 1} changes "${label}" as a whole, and operation ${other + 1} has a foreign key to or from it.`,
          { object: label, next: 'Put them into two transitions, one after the other.' },
        );
    }
  });
}

function partnersOf(plan: OperationPlan, operation: Operation | undefined, catalog: Catalog): RelationName[] {
  const tables = (plan.changes ?? ownTable(operation)).flatMap(
    (relation) => findTable(catalog, relation) ?? [],
  );
  return [
    ...(plan.partners ?? []),
    ...tables.flatMap((table) => [
      ...table.foreignKeys.map((key) => key.references),
      ...table.inboundForeignKeys.map((key) => key.table),
    ]),
  ];
}

/** At every position some version of the code must be allowed to run. */
function refuseGap(compiled: readonly OperationPlan[], newCodeFrom: number, oldCodeUntil: number): void {
  if (newCodeFrom <= oldCodeUntil) return;
  // One operation whose hand-over is a single moment inside a phase: before it old code runs, after it new code.
  const handsOver = compiled.some(
    (plan) => plan.newCodeAfter !== null && plan.newCodeAfter === plan.oldCodeBefore,
  );
  if (handsOver && newCodeFrom === oldCodeUntil + 1) return;
  const late = compiled.findIndex((plan) => plan.newCodeAfter !== null);
  const early = compiled.findIndex((plan) => plan.oldCodeBefore !== null);
  throw new SegueError(
    'invalid_input',
    `Operations ${late + 1} and ${early + 1} cannot go together: old code would have to be gone before new code may run.`,
    {
      next: 'Put them into two transitions, one after the other.',
      evidence: { operation: early },
    },
  );
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

const ownTable = (operation: Operation | undefined): RelationName[] => {
  const table = operation === undefined ? null : tableOf(operation);
  return table === null ? [] : [table];
};

function uniqueRelations(relations: readonly RelationName[]): RelationName[] {
  const byLabel = new Map(
    relations.map(({ schema, name }) => [relationLabel({ schema, name }), { schema, name }]),
  );
  return [...byLabel.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, relation]) => relation);
}

/** A plan, and what to ask PostgreSQL before it is shown. */
export interface CompiledTransition {
  readonly plan: Plan;
  readonly trials: readonly (Trial & { readonly operation: number })[];
}

/** The plan alone. */
export function compilePlan(spec: TransitionSpec, catalog: Catalog): Plan {
  return compileTransition(spec, catalog).plan;
}

/**
 * Compiles a transition against a catalog into the plan that people review and the engine runs. Pure: the same input
 * gives the same plan and digest. Throws SegueError naming the table or column that stands in the way.
 */
export function compileTransition(spec: TransitionSpec, catalog: Catalog): CompiledTransition {
  refuseOverlaps(spec.operations);
  const tag = transitionTag(spec.name);
  const compiled: OperationPlan[] = [];
  spec.operations.forEach((operation, index) => {
    compiled.push(
      compileOperation(operation, {
        catalog: withViews(catalog, compiled),
        dualWrite: spec.dualWrite,
        index,
        tag,
        transition: spec.name,
      }),
    );
  });
  const changed = compiled.flatMap((plan, index) => plan.changes ?? ownTable(spec.operations[index]));
  const relations = uniqueRelations(changed);
  const tables = relations.flatMap((relation) => findTable(catalog, relation) ?? []);
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
  const partners = compiled.flatMap((plan, index) => partnersOf(plan, spec.operations[index], catalog));
  refusePartners(spec.operations, compiled, catalog);
  const { newCodeFrom, oldCodeUntil } = positions(compiled, kinds);
  refuseGap(compiled, newCodeFrom, oldCodeUntil);
  const body = { name: spec.name, dualWrite: spec.dualWrite, operations: spec.operations, phases };
  const plan: Plan = {
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
    newCodeFrom,
    oldCodeUntil,
    tables: relations,
    claims: uniqueRelations([...relations, ...partners]),
    estimatedRows: Math.max(0, ...tables.map((table) => table.estimatedRows)),
    copiedBytes: copiedBytes(phases, tables),
    findings: [...assumed, ...compiled.flatMap((plan) => plan.findings)],
  };
  return {
    plan,
    trials: compiled.flatMap((each, operation) =>
      (each.trials ?? []).map((trial) => ({ ...trial, operation })),
    ),
  };
}

/** The catalog with the views as the operations before will have left them: two may change columns of one view. */
function withViews(catalog: Catalog, before: readonly OperationPlan[]): Catalog {
  const latest = new Map(
    before
      .flatMap((plan) => plan.views ?? [])
      .map((view) => [relationLabel({ schema: view.schema, name: view.name }), view.definition]),
  );
  if (latest.size === 0) return catalog;
  const tables = catalog.tables.map((table) => ({
    ...table,
    dependents: table.dependents.map((dependent) => {
      const { name, view } = dependent;
      const definition = view == null ? undefined : latest.get(relationLabel({ schema: view.schema, name }));
      return view == null || definition === undefined
        ? dependent
        : { ...dependent, view: { ...view, definition } };
    }),
  }));
  return { ...catalog, tables };
}

function copiedBytes(phases: readonly Phase[], tables: readonly TableInfo[]): number {
  const copied = new Set(
    phases.flatMap((phase) =>
      phase.steps.flatMap((step) =>
        step.backfill === undefined ? [] : [relationLabel(step.backfill.table)],
      ),
    ),
  );
  const sizes = new Map(tables.map((table) => [relationLabel(table), table.bytes]));
  return [...copied].reduce((sum, label) => sum + (sizes.get(label) ?? 0), 0);
}
