import type { TransitionSpec } from '@/lib/core/operation';
import {
  type CheckSpec,
  type Finding,
  PHASE_KINDS,
  type Phase,
  type PhaseKind,
  type Plan,
  type Step,
} from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import { type Catalog, FROM_FILES, findTable, type TableInfo } from './catalog';
import { arrange } from './compose/arrange';
import { type Compiled, compileAll } from './compose/compile-all';
import { sayLeftBehind } from './compose/left-behind';
import { digestOf } from './digest';
import { mergePhase, takesStrongLock } from './merge-phase';
import { transitionTag } from './names';
import { type OperationPlan, relationLabel, type Trial } from './plan-parts';
import { refuseKeyMoves } from './refuse-key-moves';
import { refuseNewReferences } from './refuse-new-references';
import { refuseSameValues } from './refuse-same-values';
import { refuseShared } from './refuse-shared';
import { ownTable, partnersOf, refuseGap, refuseOverlaps, refusePartners } from './refuse-together';
import { refuseRecorded, withRecord } from './team-record/with-record';

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
 * A new rule binds old code too. Where new code could then never begin, the code in service has to keep to the rule before it is
 * asked: the deploy note says so, and old code may go on.
 */
function binding(compiled: readonly Compiled[]): readonly Compiled[] {
  const order = (kind: PhaseKind | null) => (kind === null ? -1 : PHASE_KINDS.indexOf(kind));
  const latest = Math.max(...compiled.map(({ plan }) => order(plan.newCodeAfter)));
  return compiled.map((each) =>
    each.plan.bindsOnly === true &&
    each.plan.oldCodeBefore !== null &&
    order(each.plan.oldCodeBefore) <= latest
      ? {
          ...each,
          plan: {
            ...each.plan,
            oldCodeBefore: null,
            findings: [
              ...each.plan.findings,
              {
                rule: 'binds-old-code',
                severity: 'warning',
                operation: each.index,
                message: `Operation ${each.index + 1} sets a new rule while old code still runs: what breaks it is refused from Sync on.`,
                fix: 'See that the code in service keeps to it before Sync begins.',
              },
            ],
          },
        }
      : each,
  );
}

/** A plan, and what to ask PostgreSQL before it is shown. */
export interface CompiledTransition {
  readonly plan: Plan;
  readonly trials: readonly (Trial & { readonly operation: number })[];
  /** Operations about which it cannot be asked yet, because others of the transition come first. */
  readonly resting: ReadonlySet<number>;
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
  // First of all: where the file has been run, its operations find nothing as they expect it.
  refuseRecorded(spec.record, catalog.teamJournal);
  const tag = transitionTag(spec.name);
  const arranged = arrange(spec.operations, tag, catalog);
  refuseOverlaps(arranged);
  const parts = sayLeftBehind(binding(compileAll(spec, arranged, catalog, tag, withViews)));
  const compiled = parts.map(({ plan }) => plan);
  const changed = parts.flatMap(({ plan, operation }) => plan.changes ?? ownTable(operation));
  const relations = uniqueRelations(changed);
  const tables = relations.flatMap((relation) => findTable(catalog, relation) ?? []);
  const kinds = PHASE_KINDS.filter((kind) => compiled.some((plan) => plan.phases[kind] !== undefined));
  const merged = kinds.map((kind, index) =>
    mergePhase(
      kind,
      index + 1,
      compiled.flatMap((plan) => plan.phases[kind] ?? []),
      relations,
    ),
  );
  const { phases, record, findings } = withRecord(merged, spec.record, spec.name, catalog);
  const assumed = assumptions(catalog);
  const partners = parts.flatMap(({ plan, operation }) => partnersOf(plan, operation, catalog));
  refusePartners(parts, catalog);
  refuseShared(parts);
  refuseKeyMoves(parts, catalog);
  refuseNewReferences(parts, catalog);
  refuseSameValues(parts);
  const { newCodeFrom, oldCodeUntil } = positions(compiled, kinds);
  refuseGap(parts, newCodeFrom, oldCodeUntil);
  const body = {
    name: spec.name,
    dualWrite: spec.dualWrite,
    operations: spec.operations,
    phases,
    ...(record === null ? {} : { record }),
  };
  const plan: Plan = {
    format: 1,
    ...body,
    digest: digestOf({
      ...body,
      phases: phases.map(({ kind, steps, entryChecks, exitChecks, rollbackChecks }) => ({
        kind,
        entryChecks: withoutTrials(entryChecks, steps),
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
    findings: [...assumed, ...compiled.flatMap((plan) => plan.findings), ...findings],
    ...(spec.source === undefined ? {} : { source: spec.source }),
  };
  return {
    plan,
    trials: parts.flatMap(({ plan: { trials = [] }, index, rests }) =>
      rests ? [] : trials.map((trial) => ({ ...trial, operation: index })),
    ),
    resting: new Set(parts.flatMap(({ index, rests }) => (rests ? [index] : []))),
  };
}

/**
 * The entry checks without the one that stands there only for what trying somebody's own SQL told of its locks: a trial may
 * meet a lock and tell nothing, and what was approved is the SQL.
 */
function withoutTrials(checks: readonly CheckSpec[], steps: readonly Step[]): readonly CheckSpec[] {
  const planned = takesStrongLock(steps.filter((step) => step.ownSql === undefined));
  return planned ? checks : checks.filter(({ work }) => work.kind !== 'long_transactions');
}

/** What a plan without a database rests on. */
function assumptions(catalog: Catalog): Finding[] {
  const about = (rule: string, message: string): Finding => ({
    rule,
    severity: 'warning',
    operation: null,
    message,
    fix: 'Give --database to plan against the real schema.',
  });
  if (catalog.assumed)
    return [
      about(
        'assumed-catalog',
        'Planned without a database: types, keys, indexes and constraints are assumed.',
      ),
    ];
  return catalog.identity === FROM_FILES
    ? [
        about(
          'catalog-from-files',
          'Planned after migration files: sizes, rights and whatever was changed by hand are not known.',
        ),
      ]
    : [];
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
        : { ...dependent, view: { ...view, definition, rewritten: true as const } };
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
