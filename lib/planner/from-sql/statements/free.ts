import type { PhaseKind } from '@/lib/core/plan';
import { quoteIdent, type RelationName } from '@/lib/core/sql-text';
import { askForWayBack } from '../needs';
import { asOperation, type ObjectChange, type Settled } from '../part';
import type { StatementContext } from '../statement-context';

export interface FreeStatement {
  readonly up: string;
  /** null: there is none, which only the phase purge allows. */
  readonly down: string | null;
  readonly phase?: PhaseKind;
  readonly tables?: readonly RelationName[];
  readonly lossless?: boolean;
}

/** Names without a schema mean what they meant in the file, whatever the session that runs them is set to. */
export const withPath = (context: StatementContext, sql: string): string =>
  `${pathSql(context.before.searchPath)};\n${sql}`;

export const pathSql = (path: readonly string[]): string =>
  `SET LOCAL search_path TO ${path.map(quoteIdent).join(', ') || "''"}`;

const operationOf = (context: StatementContext, statement: FreeStatement) => ({
  kind: 'free_sql' as const,
  phase: statement.phase ?? 'expand',
  up: withPath(context, statement.up),
  down: statement.down === null ? undefined : withPath(context, statement.down),
  tables: (statement.tables ?? []).map(({ schema, name }) => ({ schema, name })),
  lossless: statement.lossless ?? true,
});

/** A statement that no operation covers, as it stands in the file, with its way back. */
export function free(context: StatementContext, statement: FreeStatement): Settled {
  return asOperation(operationOf(context, statement));
}

/** The same for what changes a policy, trigger, view or function. */
export const onObject = (settled: Settled, object: ObjectChange): Settled =>
  settled.kind === 'operation' ? { ...settled, object } : settled;

/** The same where only the author can know the way back; `what` tells apart what it is about. */
export function freeAsking(
  context: StatementContext,
  statement: Omit<FreeStatement, 'down'>,
  what: string,
  question: string,
): Settled {
  return asOperation(operationOf(context, { ...statement, down: null, lossless: false }), [
    askForWayBack(what, context.text, question, (sql) => withPath(context, sql)),
  ]);
}
