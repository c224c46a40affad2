import type { Operation, TransitionSpec } from '@/lib/core/operation';
import type { RelationName } from '@/lib/core/sql-text';
import type { Catalog } from '../catalog';
import { type OperationPlan, relationLabel } from '../plan-parts';
import { compileOperation } from '../registry';
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
  const tables = new Set<string>();
  const words: string[] = [];
  let afterFreeSql = false;
  let known = catalog;
  for (const each of arranged) {
    const { operation, index, part, notBefore, wishes } = each;
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
      ...(part === undefined ? {} : { part }),
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(wishes === undefined ? {} : { wishes }),
    });
    const isNew =
      'table' in operation && operation.kind !== 'create_table' && tables.has(relationLabel(operation.table));
    const bound = withoutBinding(first, operation, made);
    const replaced = each.replaces === true ? asReplacement(bound, each) : bound;
    const written = JSON.stringify(operation);
    const rests = afterFreeSql || words.some((word) => written.includes(word)) || each.replaces === true;
    compiled.push({ ...each, plan: isNew ? onNewTable(replaced) : replaced, rests });
    words.push(...makesOf(operation));
    if (operation.kind === 'free_sql') afterFreeSql = true;
    if (operation.kind === 'create_table') tables.add(relationLabel(operation.table));
    if (operation.kind === 'add_column') made.add(columnLabel(operation.table, operation.column));
    known = catalogAfter(known, each, tag);
  }
  return compiled;
}
