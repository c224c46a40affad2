import { SegueError } from '@/lib/core/errors';
import type { OperationOf } from '@/lib/core/operation';
import { type Finding, type OutsideWork, PHASE_TITLES, type StepLock } from '@/lib/core/plan';
import { quoteLiteral, quoteName, type RelationName } from '@/lib/core/sql-text';
import { parseStatements, type Statement } from '@/lib/sql/statements';
import { findTable } from '../catalog';
import type { OperationDefinition } from '../operation-definition';
import { makeStep, type OperationPlan, type PhasePart, type PlanContext, relationLabel } from '../plan-parts';
import { refuse } from '../refuse';

type FreeSql = OperationOf<'free_sql'>;

/** The statements of both ways, in order. */
export function freeStatements(operation: FreeSql): { readonly up: Statement[]; readonly down: Statement[] } {
  return {
    up: parseStatements(operation.up, 'up'),
    down: operation.down === undefined ? [] : parseStatements(operation.down, 'down'),
  };
}

/** The key under which the catalog has what trying it told. */
export const triedKey = ({ up, down = '' }: Pick<FreeSql, 'up' | 'down'>): string =>
  JSON.stringify([up, down]);

const namedIn = (statements: readonly Statement[]): RelationName[] =>
  statements.flatMap(({ relations }) =>
    relations.flatMap(({ schema, name }) =>
      schema === null || /^pg_/.test(schema) ? [] : [{ schema, name }],
    ),
  );

/** What SQL of one's own runs under. */
const BOUNDS = /\b(?:lock_timeout|statement_timeout|transaction_timeout)\b|\breset\s+all\b/i;

function requireRunnable(operation: FreeSql, statements: readonly Statement[]): void {
  const transaction = statements.find(({ manner }) => manner === 'refused');
  if (transaction !== undefined)
    refuse(
      `"${transaction.text}" would end the transaction in which Segue records what was done.`,
      transaction.text,
      'Leave BEGIN, COMMIT and ROLLBACK out: all statements run in one transaction anyway.',
      'up',
    );
  const bound = statements.find(({ kind, text }) => kind === 'VariableSetStmt' && BOUNDS.test(text));
  if (bound !== undefined)
    refuse(
      `"${bound.text}" would take away what keeps this SQL from holding your application up.`,
      bound.text,
      'Leave it out: how long it may wait and run is the longest pause in the settings.',
      'up',
    );
  const full = statements.find(({ kind, text }) => kind === 'VacuumStmt' && /\bfull\b/i.test(text));
  if (full !== undefined)
    refuse(
      `"${full.text}" would rewrite the table while every query waits.`,
      full.text,
      'Use a repack tool, or a maintenance window.',
      'up',
    );
  if (operation.down === undefined && operation.phase !== 'purge')
    throw new SegueError('invalid_input', 'free_sql needs its way back.', {
      next: 'Give down: the SQL that undoes up. Only in the phase purge there is no way back.',
      evidence: { field: 'down' },
    });
}

const isOutside = (statements: readonly Statement[]) => statements.some(({ manner }) => manner === 'outside');

/** One way is one transaction, or none at all: a statement outside one has no lock timeout, because it makes nobody wait. */
function requireOneManner(statements: readonly Statement[], field: string): void {
  const inside = statements.find(({ manner }) => manner === 'transactional');
  if (inside === undefined || !isOutside(statements)) return;
  refuse(
    `"${inside.text}" stands beside statements that cannot run in a transaction.`,
    inside.text,
    'Put those that need a transaction into a free_sql of their own.',
    field,
  );
}

function findingsOf(
  context: PlanContext,
  outside: readonly Statement[],
  unknown: string | null,
  rewrites: boolean,
): Finding[] {
  const finding = (rule: string, severity: Finding['severity'], message: string, fix: string): Finding => ({
    rule,
    severity,
    operation: context.index,
    message,
    fix,
  });
  return [
    finding(
      'free-sql-both-codes',
      'warning',
      'Segue does not know what this SQL means: whether old and new code work while it runs, and whether its way back loses anything, is your word.',
      'Prefer an operation where there is one.',
    ),
    ...outside.map((statement) =>
      finding(
        'outside-a-transaction',
        'warning',
        `Runs outside a transaction: ${statement.text}`,
        'After an interruption it is run again: write it so that it may (IF EXISTS, IF NOT EXISTS). A half-built index is dropped first.',
      ),
    ),
    ...(rewrites
      ? [
          finding(
            'rewrites-table',
            'warning',
            'This SQL rewrites a table: it gives up when that takes longer than the longest pause allows.',
            'For more than a small table use an operation that does it in phases.',
          ),
        ]
      : []),
    ...(unknown === null
      ? []
      : [
          finding(
            'locks-unknown',
            'warning',
            `What it locks is not known: ${unknown}`,
            'A transaction gives up when it waits for a lock or runs longer than the longest pause allows.',
          ),
        ]),
  ];
}

/** IF NOT EXISTS would take an index that an interrupted build left, invalid, for one that is there. */
function halfBuilt(statements: readonly Statement[]): NonNullable<OutsideWork['resume']> {
  return statements
    .flatMap(({ builds }) => builds ?? [])
    .map((index) => ({
      when: `EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(${quoteLiteral(quoteName(index))}) AND NOT indisvalid)`,
      sql: [`DROP INDEX CONCURRENTLY IF EXISTS ${quoteName(index)}`],
    }));
}

/**
 * The locks of statements that only move rows, which need no trial: PostgreSQL takes ROW EXCLUSIVE for them. What Segue keeps rows in
 * nobody else uses. null: there are others, or a trigger may do more.
 */
function rowLocks({ catalog }: PlanContext, statements: readonly Statement[]): readonly StepLock[] | null {
  const locks: StepLock[] = [];
  for (const { kind, text, relations } of statements) {
    if (/^(CREATE|DROP) TABLE (IF EXISTS )?segue\./.test(text)) continue;
    if (kind === 'VariableSetStmt' || /^SELECT\s+1$/i.test(text)) continue;
    if (!/^(Insert|Update|Delete|Merge)Stmt$/.test(kind)) return null;
    for (const { schema, name } of relations) {
      const found = catalog.tables.filter(
        (table) => table.name === name && (schema === null || table.schema === schema),
      );
      if (found.some(({ triggers, partitions }) => triggers.length > 0 || partitions.length > 0)) return null;
      locks.push(
        ...found.map((table): StepLock => ({ relation: relationLabel(table), mode: 'ROW EXCLUSIVE' })),
      );
    }
  }
  return locks;
}

/** SQL of one's own with its own way back, tried first, run under the lock ladder. */
function freeSqlTo(operation: FreeSql, context: PlanContext): OperationPlan {
  const { up, down } = freeStatements(operation);
  const all = [...up, ...down];
  requireRunnable(operation, all);
  requireOneManner(up, 'up');
  requireOneManner(down, 'down');
  const outside = all.filter(({ manner }) => manner === 'outside');
  const named = namedIn(all);
  const relations = [
    ...new Map([...(operation.tables ?? []), ...named].map((each) => [relationLabel(each), each])).values(),
  ];
  const tried = context.catalog.tried[triedKey(operation)];
  const plain = tried === undefined ? rowLocks(context, all) : null;
  const unknown =
    plain !== null
      ? null
      : outside.length > 0
        ? 'statements outside a transaction cannot be tried; the concurrent ones make nobody wait.'
        : tried === undefined
          ? 'it was planned without a database.'
          : tried.unknown;
  const known: readonly StepLock[] = plain ?? (unknown === null ? (tried?.locks ?? []) : []);
  const [first] = known.flatMap((lock) => relations.filter((each) => relationLabel(each) === lock.relation));
  const table = first ?? relations.find((each) => findTable(context.catalog, each)) ?? relations[0];
  const part: PhasePart = {
    summary: `Runs SQL of your own${outside.length > 0 ? ', some of it outside a transaction' : ''}.`,
    steps: [
      makeStep(
        { ...context, table: table ?? { schema: 'free', name: 'sql' } },
        {
          kind: outside.length > 0 ? 'outside' : 'ddl',
          slug: 'free_sql',
          phase: operation.phase,
          title: `Your SQL for ${PHASE_TITLES[operation.phase]}`,
          impact: unknown === null ? undefined : `What it locks is not known: ${unknown}`,
          sql: up.map(({ text }) => text),
          undo: down.map(({ text }) => text),
          locks: known,
          transactional: !isOutside(up),
          undoTransactional: !isOutside(down),
          rewrites: tried?.rewrites ?? false,
          scans: tried?.scans ?? false,
          extra: {
            ...(outside.length > 0 ? { outside: { done: null, undone: null, resume: halfBuilt(all) } } : {}),
            ownSql: { locksUnknown: unknown !== null },
          },
        },
      ),
    ],
    lossless: operation.lossless,
    rollback:
      operation.down === undefined
        ? 'Cannot be rolled back.'
        : `Runs your SQL for the way back${operation.lossless ? '' : '. You did not say that it loses nothing'}.`,
  };
  return {
    newCodeAfter: operation.phase === 'purge' ? null : operation.phase,
    oldCodeBefore: null,
    changes: relations,
    findings: findingsOf(context, outside, unknown, tried?.rewrites ?? false),
    phases: { [operation.phase]: part },
  };
}

export const freeSql: OperationDefinition<'free_sql'> = {
  compile: freeSqlTo,
  touches: () => [],
  reads: (operation) => {
    const { up, down } = freeStatements(operation);
    return [...(operation.tables ?? []), ...namedIn([...up, ...down])];
  },
};
