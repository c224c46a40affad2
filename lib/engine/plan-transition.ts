import { SegueError } from '@/lib/core/errors';
import type { Operation, TransitionSpec } from '@/lib/core/operation';
import type { BackfillWork, Plan } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { Catalog } from '@/lib/planner/catalog';
import { type CompiledTransition, compileTransition } from '@/lib/planner/compile-plan';
import { relationLabel } from '@/lib/planner/plan-parts';
import { enumsOf, expressionsOf, partitionsOf, relationsOf, typesOf } from '@/lib/planner/registry';
import { parseExpression } from '@/lib/sql/expression';
import { foreseeSeveralMatches } from './foresee-several-matches';
import { readCatalog } from './read-catalog';
import { readPartitionRules } from './read-partition-rule';
import { messageOf, sqlStateOf, type Target, targetError } from './target';
import { readJournalFor } from './team-journal';
import { tryFreeSql, untriedFreeSql } from './try-free-sql';
import { tryIndexes } from './try-indexes';

/** Reads all that the planner needs for a transition. */
async function readCatalogFor(target: Target, spec: TransitionSpec): Promise<Catalog> {
  const functions = [
    ...new Set(expressionsOf(spec.operations).flatMap((text) => parseExpression(text).functions)),
  ];
  const types = typesOf(spec.operations);
  const enums = enumsOf(spec.operations);
  const follows = spec.operations.some(
    (operation) =>
      (operation.kind === 'change_type' && operation.to === undefined) ||
      operation.kind === 'replace_primary_key' ||
      operation.kind === 'delete_rows',
  );
  let tables = spec.operations.flatMap(relationsOf);
  for (;;) {
    const catalog = await readCatalog(target, { tables, functions, types, enums });
    // A key that keeps its name takes the columns along that reference it, and a row that goes may take along those that reference it.
    const known = new Set(catalog.tables.map(relationLabel));
    const inbound = catalog.tables
      .flatMap((table) => table.inboundForeignKeys.map((key) => key.table))
      .filter((table) => !known.has(relationLabel(table)));
    if (!follows || inbound.length === 0) return catalog;
    tables = [...tables, ...inbound];
  }
}

export interface PlanOptions {
  /**
   * Whether the SQL of free_sql is tried: it takes the locks that it needs, for up to 300 ms. Without it the plan says that
   * its locks are not known. Rows that an update would give several values are looked for then too. @default true
   */
  readonly trySql?: boolean;
}

/**
 * Plans a transition against a live database. Changes nothing; the SQL of conversions and values is tried on no rows,
 * and indexes over them on an empty temporary table, so that a wrong name or type is told now. Throws SegueError naming the object that stands in the way.
 */
export async function planTransition(
  target: Target,
  spec: TransitionSpec,
  options: PlanOptions = {},
): Promise<Plan> {
  const read = await readCatalogFor(target, spec);
  const catalog = {
    ...read,
    tried: options.trySql === false ? untriedFreeSql(spec) : await tryFreeSql(target, spec),
    partitionRules: await readPartitionRules(target, partitionsOf(spec.operations)),
    ...(spec.record === undefined
      ? {}
      : { teamJournal: await readJournalFor(target, spec.record, spec.name) }),
  };
  const { plan, trials, resting } = compileTransition(spec, catalog);
  await tryExpressions(target, withoutSteps(plan, resting), spec, catalog);
  for (const trial of trials) await tryStatements(target, trial);
  return options.trySql === false ? plan : foreseeSeveralMatches(target, plan, resting);
}

/** The plan without the work of operations about which PostgreSQL cannot be asked yet. */
const withoutSteps = (plan: Plan, operations: ReadonlySet<number>): Plan => ({
  ...plan,
  phases: plan.phases.map((phase) => ({
    ...phase,
    steps: phase.steps.filter((step) => !operations.has(step.operation)),
  })),
});

async function tryExpressions(
  target: Target,
  plan: Plan,
  spec: TransitionSpec,
  catalog: Catalog,
): Promise<void> {
  // As the server spells it: a type of one's own is not in reach of an empty search_path.
  const typeOf = (type: string) => catalog.types[type]?.type ?? type;
  await tryIndexes(
    target,
    plan,
    plan.phases
      .flatMap((phase) => phase.steps)
      .flatMap(({ backfill, operation: index }) => {
        const operation = spec.operations[index];
        if (backfill === undefined || operation === undefined) return [];
        const of = { operation: index, table: backfill.table, name: backfill.column };
        // Filled before it is copied: no column of another type.
        if (operation.kind === 'change_type' && backfill.column === operation.column) return [];
        if (operation.kind === 'change_type') return [{ ...of, type: typeOf(operation.type), before: [] }];
        if (operation.kind !== 'replace_enum') return [];
        const type = quoteName(operation.type);
        return [
          {
            ...of,
            type,
            before: [`CREATE TYPE ${type} AS ENUM (${operation.values.map(quoteLiteral).join(', ')})`],
          },
        ];
      }),
  );
  for (const step of plan.phases.flatMap((phase) => phase.steps)) {
    const work = step.backfill;
    const operation = spec.operations[step.operation];
    if (work === undefined || operation === undefined || operation.kind === 'rename_column') continue;
    // These bring trials of their own.
    if (operation.kind === 'replace_enum' || operation.kind === 'update_rows') continue;
    if (operation.kind === 'delete_rows') continue;
    if (operation.kind === 'split_column' || operation.kind === 'merge_columns') continue;
    await tryQuery(
      target,
      trialOf(work, operation, typeOf),
      operation.kind === 'change_type' ? 'up' : 'value',
      step.operation,
    );
    if (operation.kind === 'change_type') {
      const to = operation.to ?? operation.column;
      const down = operation.down ?? quoteIdent(to);
      await tryQuery(
        target,
        `SELECT (${down}) FROM (SELECT CAST(NULL AS ${typeOf(operation.type)}) AS ${quoteIdent(to)}) AS t WHERE false`,
        'down',
        step.operation,
      );
    }
  }
}

/** A statement that fails where the backfill would, and does nothing. */
function trialOf(work: BackfillWork, operation: Operation, typeOf: (type: string) => string): string {
  const table = quoteName(work.table);
  // Planning an UPDATE also tells whether the value fits the column.
  if (operation.kind === 'set_not_null')
    return `EXPLAIN UPDATE ${table} AS t SET ${quoteIdent(work.column)} = ${work.expression} WHERE false`;
  const value =
    operation.kind === 'add_column'
      ? `CAST((${work.expression}) AS ${typeOf(operation.type)})`
      : work.expression;
  return `SELECT (${value}) FROM ${table} AS t WHERE false`;
}

/** `purpose` is the field of the operation that the expression stands in. */
async function tryQuery(target: Target, query: string, purpose: string, operation: number): Promise<void> {
  try {
    await target.sql.unsafe(query);
  } catch (error) {
    const state = sqlStateOf(error);
    if (state === null || !/^(42|22|0A)/.test(state) || state === '42501') throw targetError(error, target);
    throw new SegueError(
      'bad_expression',
      `PostgreSQL refuses the ${purpose} expression: ${messageOf(error)}.`,
      {
        next: 'Write functions and types of your own with their schema, as in public.slugify(name).',
        evidence: { field: purpose, operation },
        cause: error,
      },
    );
  }
}

/** Longest time, in ms, for all statements of one trial together: they hold locks of their own tables only, but snapshots too. */
const TRIAL_MS = 1000;

/** Asks PostgreSQL itself, in a transaction that is always rolled back. */
async function tryStatements(target: Target, trial: CompiledTransition['trials'][number]): Promise<void> {
  const rollback = new Error('the trial is over');
  try {
    await target.sql.begin(async (tx) => {
      await tx.unsafe(`SET LOCAL lock_timeout = 100; SET LOCAL statement_timeout = ${TRIAL_MS}`);
      for (const statement of trial.sql) await tx.unsafe(statement);
      throw rollback;
    });
  } catch (error) {
    if (error === rollback) return;
    const state = sqlStateOf(error);
    // A role that may not make temporary tables, a standby, a table that is locked: the trial says nothing then.
    if (state === null) throw targetError(error, target);
    if (!/^(42|22|0A|23)/.test(state) || state === '42501') return;
    const what = trial.about?.what ?? 'PostgreSQL refuses it';
    throw new SegueError('bad_expression', `${what}: ${messageOf(error)}.`, {
      next:
        trial.about?.next ??
        'Write functions and types of your own with their schema, as in public.slugify(name).',
      evidence: { field: trial.field, operation: trial.operation },
      cause: error,
    });
  }
}
