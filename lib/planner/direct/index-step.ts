import type { PhaseKind, Step } from '@/lib/core/plan';
import { quoteIdent, type RelationName } from '@/lib/core/sql-text';
import type { IndexInfo } from '../catalog';
import { lockOn, makeStep, type OperationContext } from '../plan-parts';

/** A concurrent index build; the way back drops it concurrently. Pure. */
export function indexStep(
  context: OperationContext,
  input: {
    readonly name: string;
    readonly create: string;
    readonly phase: PhaseKind;
    readonly title?: string;
  },
): Step {
  const table: RelationName = { schema: context.table.schema, name: context.table.name };
  return makeStep(context, {
    kind: 'build_index',
    slug: `index.${input.name}`,
    phase: input.phase,
    title: input.title ?? `Build the index ${input.name}`,
    sql: [input.create],
    undo: [`DROP INDEX CONCURRENTLY IF EXISTS ${quoteIdent(table.schema)}.${quoteIdent(input.name)}`],
    locks: lockOn(table, 'SHARE UPDATE EXCLUSIVE'),
    transactional: false,
    undoTransactional: false,
    scans: true,
    extra: { index: { table, name: input.name } },
  });
}

/** An index as it is, as a concurrent build: `pg_get_indexdef` leaves the tablespace out. */
export function concurrently({
  definition,
  predicate,
  tablespace,
}: Pick<IndexInfo, 'definition' | 'predicate' | 'tablespace'>): string {
  const where = predicate === null ? '' : ` WHERE ${predicate}`;
  const at = definition.endsWith(where) ? definition.length - where.length : definition.length;
  const placed =
    tablespace === null
      ? definition
      : `${definition.slice(0, at)} TABLESPACE ${tablespace}${definition.slice(at)}`;
  return placed.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX CONCURRENTLY ');
}
