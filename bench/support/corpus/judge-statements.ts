import { LOCK_MODES, type Plan } from '@/lib/core/plan';
import type { StatementReading } from '@/lib/planner/from-sql/migration-reading';
import type { AnsweredReading } from './read-answered';

/** What became of an unsafe statement; the code says why it was not planned. */
export interface Verdict {
  readonly line: number;
  readonly fate: 'planned' | 'asked' | 'refused' | 'unnamed';
  readonly code: string | null;
}

/** The raw statement would have stopped the application, or broken it, or failed. */
export const isUnsafe = ({ raw }: StatementReading): boolean =>
  raw.some(({ severity }) => severity === 'error');

const STOPS_WRITERS = LOCK_MODES.indexOf('SHARE');

/** Operations of SQL of one's own that run under a lock that stops writers, or under locks that nobody knows. */
function strongFreeSql(plan: Plan): ReadonlySet<number> {
  return new Set(
    plan.phases
      .flatMap(({ steps }) => steps)
      .filter(
        ({ operation, locks, ownSql }) =>
          plan.operations[operation]?.kind === 'free_sql' &&
          (ownSql?.locksUnknown === true ||
            locks.some(({ mode }) => LOCK_MODES.indexOf(mode) >= STOPS_WRITERS)),
      )
      .map(({ operation }) => operation),
  );
}

/**
 * One verdict for each unsafe statement of a file. What was asked counts as asked although it has been answered since; SQL of one's own
 * under a strong lock counts as refused, and so does all of a file that the planner refuses, with its code. `plan` is null where none could be made.
 */
export function judgeStatements(
  { first, answered }: AnsweredReading,
  plan: Plan | null,
  planRefused: string | null,
): Verdict[] {
  const strong = plan === null ? new Set<number>() : strongFreeSql(plan);
  return answered.statements.flatMap((statement, index): Verdict[] => {
    if (!isUnsafe(statement)) return [];
    const { line, fate } = statement;
    const before = first.statements[index]?.fate;
    if (fate.kind === 'refused') return [{ line, fate: 'refused', code: fate.code }];
    if (before?.kind === 'asks')
      return [{ line, fate: 'asked', code: before.question.split(':')[0] ?? null }];
    if (fate.kind === 'asks') return [{ line, fate: 'asked', code: fate.question.split(':')[0] ?? null }];
    if (planRefused !== null) return [{ line, fate: 'refused', code: `planner_${planRefused}` }];
    if (fate.kind === 'operation' && fate.operations.length > 0)
      return fate.operations.some((operation) => strong.has(operation))
        ? [{ line, fate: 'refused', code: 'free_sql_under_strong_lock' }]
        : [{ line, fate: 'planned', code: null }];
    // Nothing is left to do, for a reason that the reading states; without one it would be dropped in silence.
    return fate.kind === 'nothing' && fate.why !== ''
      ? [{ line, fate: 'planned', code: null }]
      : [{ line, fate: 'unnamed', code: null }];
  });
}
