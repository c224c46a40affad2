import { SegueError } from '@/lib/core/errors';
import type { Plan, Step } from '@/lib/core/plan';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { messageOf, sqlStateOf, type Target, targetError } from './target';

/** A column that a plan adds, with its type as the server spells it. */
export interface AddedColumn {
  readonly operation: number;
  readonly table: RelationName;
  readonly name: string;
  readonly type: string;
  /** What makes the type, where it is not there yet. */
  readonly before: readonly string[];
}

const TRIAL = 'pg_temp.segue_trial';
/** insufficient_privilege (no temporary tables for this role) and read_only_sql_transaction (a standby). */
const CANNOT_TRY = new Set(['42501', '25006']);

/**
 * Builds the indexes that a conversion carries over on an empty temporary table, and takes everything back: whether an
 * expression may stand in an index, only PostgreSQL knows. Where the role may not make temporary tables, Sync tells it.
 * Throws `unsupported` naming the index.
 */
export async function tryIndexes(target: Target, plan: Plan, columns: readonly AddedColumn[]): Promise<void> {
  const steps = plan.phases.flatMap((phase) => phase.steps);
  const label = ({ operation, table }: AddedColumn) => JSON.stringify([operation, table]);
  for (const group of new Set(columns.map(label))) {
    const [first, ...others] = columns.filter((column) => label(column) === group);
    if (first === undefined) continue;
    const builds = steps.filter((step) => step.kind === 'build_index' && step.operation === first.operation);
    const on = (relation: RelationName) =>
      builds.filter(({ table }) => table.schema === relation.schema && table.name === relation.name);
    const own = on(first.table);
    const [build] = builds;
    // A partitioned table's indexes are built on its partitions, of which one tells enough.
    if (own.length > 0) await tryOn(target, first.table, [first, ...others], own);
    else if (
      build !== undefined &&
      columns.every((each) => each === first || each.operation !== first.operation)
    )
      await tryOn(target, build.table, [first], on(build.table));
  }
}

async function tryOn(
  target: Target,
  table: Step['table'],
  columns: readonly AddedColumn[],
  builds: readonly Step[],
): Promise<void> {
  const done = new Error('rolled back');
  let at: Step | undefined;
  try {
    await target.sql.begin(async (tx) => {
      await tx.unsafe(
        `SET LOCAL lock_timeout = 200; CREATE TEMPORARY TABLE segue_trial (LIKE ${quoteName(table)}) ON COMMIT DROP`,
      );
      for (const column of columns) {
        for (const statement of column.before) await tx.unsafe(statement);
        await tx.unsafe(`ALTER TABLE ${TRIAL} ADD COLUMN ${quoteIdent(column.name)} ${column.type}`);
      }
      for (const step of builds) {
        at = step;
        for (const sql of step.sql)
          await tx.unsafe(
            sql.replace(' CONCURRENTLY ', ' ').replace(` ON ${quoteName(table)} `, ` ON ${TRIAL} `),
          );
      }
      throw done;
    });
  } catch (error) {
    if (error === done) return;
    const state = sqlStateOf(error) ?? '';
    if (CANNOT_TRY.has(state)) return;
    if (at?.index === undefined || !state.startsWith('42')) throw targetError(error, target);
    throw new SegueError(
      'unsupported',
      `The index "${at.index.name}" cannot be built over the converted column: ${messageOf(error)}.`,
      {
        object: `${table.schema}.${table.name}`,
        next: 'Write the conversion with immutable functions, or drop the index that it stands for first.',
        cause: error,
      },
    );
  }
}
