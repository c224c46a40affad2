import { lockSentence } from '@/lib/core/lock-sentence';
import type { DualWrite } from '@/lib/core/operation';
import {
  type CheckSpec,
  type DeployNote,
  type Finding,
  PHASE_KINDS,
  type PhaseKind,
  type Step,
  type StepKind,
  type StepLock,
} from '@/lib/core/plan';
import { DEFAULT_SETTINGS } from '@/lib/core/rollout';
import { quoteName, type RelationName } from '@/lib/core/sql-text';
import type { Catalog, TableInfo } from './catalog';
import type { ColumnWishes, Family } from './compose/arranged';

/** What one operation contributes to one phase. Parts of several operations are merged phase by phase. */
export interface PhasePart {
  readonly summary: string;
  readonly steps: readonly Step[];
  readonly entryChecks?: readonly CheckSpec[];
  readonly exitChecks?: readonly CheckSpec[];
  readonly watchChecks?: readonly CheckSpec[];
  readonly rollbackChecks?: readonly CheckSpec[];
  readonly deploy?: DeployNote;
  readonly lossless: boolean;
  readonly rollback: string;
}

/** An operation compiled against the catalog. */
export interface OperationPlan {
  readonly phases: Partial<Record<PhaseKind, PhasePart>>;
  /** New code may run once this phase is done; null: from the start. */
  readonly newCodeAfter: PhaseKind | null;
  /** Old code may run until this phase starts; null: for ever. */
  readonly oldCodeBefore: PhaseKind | null;
  readonly findings: readonly Finding[];
  /** Relations that it changes, by the names they have before and after. @default the operation's own table */
  readonly changes?: readonly RelationName[];
  /** Relations that must not be in another rollout, beside those that it changes and their present foreign-key partners. */
  readonly partners?: readonly RelationName[];
  /** Views that it replaces, as they read then: the next operation starts from there. */
  readonly views?: readonly RewrittenView[];
  /** Columns that another one takes the place of, with their indexes and constraints. */
  readonly moves?: readonly MovedColumn[];
  /** `oldCodeBefore` says only that old code has to keep to something new, not that it must be gone. */
  readonly bindsOnly?: true;
  /** What PostgreSQL itself is asked before the plan is shown. */
  readonly trials?: readonly Trial[];
}

export interface MovedColumn {
  readonly table: TableInfo;
  readonly column: string;
}

export interface RewrittenView extends RelationName {
  readonly definition: string;
}

/** Statements that are tried in a transaction which is always rolled back. They may lock nothing that makes anybody wait. */
export interface Trial {
  readonly sql: readonly string[];
  /** The field of the operation that is wrong if they fail. */
  readonly field: string;
  /** What the refusal is about, where it is not the field alone; and the way out. */
  readonly about?: { readonly what: string; readonly next: string };
}

/** What every operation gets to compile itself. */
export interface PlanContext {
  readonly catalog: Catalog;
  readonly dualWrite: DualWrite;
  /** 0-based index of the operation in its transition. */
  readonly index: number;
  /** Set for the further tables of one operation: tells their steps and checks apart. */
  readonly part?: string;
  readonly tag: string;
  readonly transition: string;
  /** The phase that catalog-only work waits for, where another operation of the transition comes first. */
  readonly notBefore?: PhaseKind;
  /** A table gets its name in Add already, because others of the transition work on it. */
  readonly early?: 'swaps' | 'moves' | 'adds';
  /** What others of the transition ask of the column that takes another's place. */
  readonly wishes?: ColumnWishes;
  /** What others of the transition change in one with the operation's own column. */
  readonly family?: Family;
  /** Columns, as "schema.table.column", that change their type under their own names, with the types after. */
  readonly retyped?: ReadonlyMap<string, string>;
  /** Columns, as "schema.table.column", that others of other names take the place of, with those names. */
  readonly renamed?: ReadonlyMap<string, string>;
  /** Columns, as "schema.table.column", and tables that the transition adds: no old code knows them. */
  readonly made?: ReadonlySet<string>;
}

/** What an operation on an existing table gets. */
export interface OperationContext extends PlanContext {
  readonly table: TableInfo;
}

/** What a step has to be told: the operation's place and the relation (or other object) it is about. */
export type StepContext = Pick<PlanContext, 'index' | 'part'> & { readonly table: RelationName };

/** Human-readable relation name for locks and sentences. */
export function relationLabel(relation: RelationName): string {
  return `${relation.schema}.${relation.name}`;
}

interface StepInput {
  readonly kind?: StepKind;
  readonly slug: string;
  readonly phase: PhaseKind;
  readonly title: string;
  /** @default what its locks mean for the application */
  readonly impact?: string | undefined;
  readonly sql: readonly string[];
  readonly undo: readonly string[];
  readonly locks: readonly StepLock[];
  readonly undoLocks?: readonly StepLock[];
  readonly transactional?: boolean;
  readonly undoTransactional?: boolean;
  readonly scans?: boolean;
  readonly rewrites?: boolean;
  readonly extra?: Pick<
    Step,
    | 'backfill'
    | 'index'
    | 'keep'
    | 'retires'
    | 'outside'
    | 'restores'
    | 'undoTable'
    | 'ownSql'
    | 'alsoUndoes'
    | 'begins'
  >;
}

/** Id of a step or check of an operation; `name` is unique among those of one table. */
export function operationId(context: Pick<OperationContext, 'index' | 'part'>, name: string): string {
  return `${context.index + 1}.${name}${context.part === undefined ? '' : `@${context.part}`}`;
}

/** Builds one step. Its id is stable: the same operation at the same place always has the same ids. */
export function makeStep(context: StepContext, input: StepInput): Step {
  return {
    id: operationId(context, `${input.phase}.${input.slug}`),
    kind: input.kind ?? 'ddl',
    title: input.title,
    impact: input.impact ?? lockSentence(input.locks, DEFAULT_SETTINGS.maxPauseMs),
    operation: context.index,
    table: { schema: context.table.schema, name: context.table.name },
    sql: input.sql,
    undo: input.undo,
    transactional: input.transactional ?? true,
    undoTransactional: input.undoTransactional ?? true,
    locks: input.locks,
    undoLocks: input.undoLocks ?? input.locks,
    rewrites: input.rewrites ?? false,
    scans: input.scans ?? false,
    ...input.extra,
  };
}

/**
 * A step the other way round: what it did is undone by it, and done again on the way back. `rename` gives the ids that
 * reversed steps have.
 */
export function reversed(step: Step, title: string, rename: (id: string) => string = (id) => id): Step {
  const { alsoUndoes, begins, ...rest } = step;
  return {
    ...rest,
    id: rename(step.id),
    title,
    ...(alsoUndoes === undefined ? {} : { begins: alsoUndoes.map(rename) }),
    ...(begins === undefined ? {} : { alsoUndoes: begins.map(rename) }),
    impact: lockSentence(step.undoLocks, DEFAULT_SETTINGS.maxPauseMs),
    sql: step.undo,
    undo: step.sql,
    transactional: step.undoTransactional,
    undoTransactional: step.transactional,
    locks: step.undoLocks,
    undoLocks: step.locks,
    scans: false,
    ...(step.outside === undefined
      ? {}
      : { outside: { ...step.outside, done: step.outside.undone, undone: step.outside.done } }),
  };
}

/** A relation with the partitions that a statement on it locks too. */
export type WithPartitions = RelationName & { readonly partitions?: readonly RelationName[] };

/** ACCESS EXCLUSIVE on a table and its partitions: what almost every ALTER TABLE takes. */
export function exclusiveOn(relation: WithPartitions): readonly StepLock[] {
  return lockOn(relation, 'ACCESS EXCLUSIVE');
}

/** One lock on a table and its partitions. */
export function lockOn(relation: WithPartitions, mode: StepLock['mode']): readonly StepLock[] {
  return [relation, ...(relation.partitions ?? [])].map((each) => ({ relation: relationLabel(each), mode }));
}

/** The later of a phase and the one that an operation has to wait for. */
export function notBefore(phase: PhaseKind, context: Pick<PlanContext, 'notBefore'>): PhaseKind {
  const { notBefore: other } = context;
  return other !== undefined && PHASE_KINDS.indexOf(other) > PHASE_KINDS.indexOf(phase) ? other : phase;
}

/** The beginning of an ALTER TABLE statement. */
export function alterTable(relation: RelationName): string {
  return `ALTER TABLE ${quoteName(relation)}`;
}
