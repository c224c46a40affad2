import { SegueError } from '@/lib/core/errors';
import type { Plan, Step } from '@/lib/core/plan';
import { quoteIdent, quoteName } from '@/lib/core/sql-text';
import { messageOf, sqlStateOf, type Target, targetError } from './target';

/** A column that a plan adds, with its type as the server spells it. */
export interface AddedColumn {
  readonly operation: number;
  readonly name: string;
  readonly type: string;
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
  for (const column of columns) {
    const builds = steps.filter((step) => step.kind === 'build_index' && step.operation === column.operation);
    const [first] = builds;
    if (first === undefined) continue;
    // Of a partitioned table's indexes one partition tells enough.
    const there = builds.filter(
      ({ table, sql }) =>
        table.schema === first.table.schema &&
        table.name === first.table.name &&
        sql.some((statement) => statement.includes(quoteIdent(column.name))),
    );
    await tryOn(target, first.table, column, there);
  }
}

async function tryOn(
  target: Target,
  table: Step['table'],
  column: AddedColumn,
  builds: readonly Step[],
): Promise<void> {
  const done = new Error('rolled back');
  let at: Step | undefined;
  try {
    await target.sql.begin(async (tx) => {
      await tx.unsafe(
        `SET LOCAL lock_timeout = 200; CREATE TEMPORARY TABLE segue_trial (LIKE ${quoteName(table)}) ON COMMIT DROP`,
      );
      await tx.unsafe(`ALTER TABLE ${TRIAL} ADD COLUMN ${quoteIdent(column.name)} ${column.type}`);
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
