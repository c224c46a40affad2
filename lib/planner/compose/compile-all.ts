import type { Operation, OperationKind, TransitionSpec } from '@/lib/core/operation';
import type { PhaseKind } from '@/lib/core/plan';
import { quoteName, type RelationName } from '@/lib/core/sql-text';
import type { Catalog } from '../catalog';
import { type OperationPlan, relationLabel } from '../plan-parts';
import { compileOperation } from '../registry';
import { withoutSeveralMatchesCheck } from '../several-matches';
import type { Arranged } from './arranged';
import { catalogAfter } from './catalog-after';
import { onNewTable } from './on-new-table';

/** An operation with its plan. */
export interface Compiled extends Arranged {
  readonly plan: OperationPlan;
  /** It rests on what operations before it make: PostgreSQL cannot be asked about it yet. */
  readonly rests: boolean;
}

const columnLabel = (table: RelationName, column: string): string => `${relationLabel(table)}.${column}`;

/** What an operation makes that others may name, as words to look for. */
function makesOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'create_table':
      return [operation.table.name];
    case 'create_enum':
      return [operation.type.name];
    case 'rename_table':
      return [operation.to];
    case 'add_column':
      return [operation.column];
    case 'rename_column':
      return [operation.to];
    case 'change_type':
      return [operation.to ?? operation.column];
    case 'replace_enum':
      return [operation.type.name, operation.column];
    default:
      return [];
  }
}

/** Columns that change their type under their own names, with the types after. */
function retypedBy(arranged: readonly Arranged[], { types }: Catalog): ReadonlyMap<string, string> {
  const operations = arranged.flatMap(({ operation, family }) => [
    operation,
    ...(family?.members.map((member) => member.operation) ?? []),
  ]);
  return new Map(
    operations.flatMap((operation): (readonly [string, string])[] => {
      if (operation.kind === 'replace_enum')
        return [[columnLabel(operation.table, operation.column), quoteName(operation.type)]];
      if (operation.kind !== 'change_type') return [];
      const type = types[operation.type]?.type;
      return type === undefined || (operation.to ?? operation.column) !== operation.column
        ? []
        : [[columnLabel(operation.table, operation.column), type]];
    }),
  );
}

/** Columns that others of other names take the place of. */
function renamedBy(arranged: readonly Arranged[]): ReadonlyMap<string, string> {
  return new Map(
    arranged.flatMap(({ operation }): (readonly [string, string])[] => {
      if (operation.kind === 'rename_column')
        return [[columnLabel(operation.table, operation.from), operation.to]];
      return operation.kind === 'change_type' && operation.to !== undefined
        ? [[columnLabel(operation.table, operation.column), operation.to]]
        : [];
    }),
  );
}

/** A new rule over columns that no old code knows binds nobody. */
function withoutBinding(plan: OperationPlan, operation: Operation, made: ReadonlySet<string>): OperationPlan {
  const { table, columns } = { table: undefined, columns: undefined, ...operation };
  const ownOnly =
    table !== undefined &&
    Array.isArray(columns) &&
    columns.some((column) => made.has(columnLabel(table, String(column))));
  return plan.bindsOnly === true && ownOnly ? { ...plan, oldCodeBefore: null } : plan;
}

/** What takes the place of something that is dropped says nothing that people have not been asked already. */
function asReplacement(plan: OperationPlan, { part }: Arranged): OperationPlan {
  const quiet: OperationPlan = {
    ...plan,
    oldCodeBefore: null,
    findings: plan.findings.filter(
      ({ rule }) => rule !== 'constraint-name-in-code' && rule !== 'old-code-meets-rows',
    ),
  };
  if (part === undefined) return quiet;
  const phases = Object.fromEntries(
    Object.entries(plan.phases).map(([kind, phase]) => [kind, { ...phase, entryChecks: [] }]),
  );
  return { ...quiet, phases };
}

/** They give rows their values in Sync: before, a later one's cannot be looked at. */
const FILLS: ReadonlySet<OperationKind> = new Set([
  'update_rows',
  'free_sql',
  'rename_column',
  'change_type',
  'split_column',
  'merge_columns',
  'set_not_null',
]);

const fillsRows = ({ operation }: Arranged): boolean =>
  FILLS.has(operation.kind) || (operation.kind === 'add_column' && operation.value !== undefined);

/** An update that rests on what others do to rows is looked at only while it runs. */
function withoutEarlyLook(
  plan: OperationPlan,
  before: readonly Arranged[],
  { operation, index }: Arranged,
): OperationPlan {
  const { dual_write: sync } = plan.phases;
  if (sync === undefined || !before.some(fillsRows)) return plan;
  if (operation.kind === 'add_column')
    return withoutSeveralMatchesCheck(plan, { table: operation.table, index });
  if (operation.kind !== 'update_rows') return plan;
  return { ...plan, phases: { ...plan.phases, dual_write: { ...sync, entryChecks: [] } } };
}

/**
 * Compiles each operation against the catalog as those before it leave it. Pure. Throws SegueError naming the table or column
 * that stands in the way.
 */
export function compileAll(
  spec: TransitionSpec,
  arranged: readonly Arranged[],
  catalog: Catalog,
  tag: string,
  view: (catalog: Catalog, before: readonly OperationPlan[]) => Catalog,
): Compiled[] {
  const compiled: Compiled[] = [];
  const made = new Set<string>();
  const tables = new Map<string, PhaseKind>();
  const words: string[] = [];
  const retyped = retypedBy(arranged, catalog);
  const renamed = renamedBy(arranged);
  let afterFreeSql = false;
  let known = catalog;
  for (const each of arranged) {
    const { operation, index, part, notBefore, early, wishes, family } = each;
    const first = compileOperation(operation, {
      catalog: view(
        known,
        compiled.map(({ plan }) => plan),
      ),
      dualWrite: spec.dualWrite,
      index,
      tag,
      transition: spec.name,
      made,
      retyped,
      renamed,
      ...(part === undefined ? {} : { part }),
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(early === undefined ? {} : { early }),
      ...(wishes === undefined ? {} : { wishes }),
      ...(family === undefined ? {} : { family }),
    });
    const madeIn =
      'table' in operation && operation.kind !== 'create_table'
        ? tables.get(relationLabel(operation.table))
        : undefined;
    const bound = withoutEarlyLook(withoutBinding(first, operation, made), compiled, each);
    const replaced = each.replaces === true ? asReplacement(bound, each) : bound;
    const written = JSON.stringify(operation);
    const rests = afterFreeSql || words.some((word) => written.includes(word)) || each.replaces === true;
    compiled.push({ ...each, plan: madeIn === undefined ? replaced : onNewTable(replaced, madeIn), rests });
    words.push(...makesOf(operation));
    if (operation.kind === 'free_sql') afterFreeSql = true;
    if (operation.kind === 'create_table') {
      tables.set(relationLabel(operation.table), notBefore ?? 'expand');
      made.add(relationLabel(operation.table));
    }
    if (operation.kind === 'add_column') made.add(columnLabel(operation.table, operation.column));
    known = catalogAfter(known, each, tag);
  }
  return compiled;
}
