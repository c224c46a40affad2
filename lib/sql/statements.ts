import { parseSync } from 'libpg-query';
import { SegueError } from '@/lib/core/errors';
import type { RelationName } from '@/lib/core/sql-text';
import { walkTree } from './parse-tree';

/** What can be done with a statement: run in a transaction, only outside one, or not at all by Segue. */
export type StatementManner = 'transactional' | 'outside' | 'refused';

/** One statement of a text, by PostgreSQL's own grammar. */
export interface Statement {
  readonly text: string;
  /** The parser's name: AlterTableStmt, IndexStmt… */
  readonly kind: string;
  readonly manner: StatementManner;
  /** Relations that it names; schema null where none is written. */
  readonly relations: readonly { readonly schema: string | null; readonly name: string }[];
  /** The index that it builds concurrently: an interruption leaves it behind, invalid. */
  readonly builds: RelationName | null;
}

const OUTSIDE = new Set([
  'VacuumStmt',
  'AlterSystemStmt',
  'CreatedbStmt',
  'DropdbStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'CreateSubscriptionStmt',
  'DropSubscriptionStmt',
]);

function mannerOf(kind: string, node: Record<string, unknown>): StatementManner {
  if (kind === 'TransactionStmt') return 'refused';
  if (OUTSIDE.has(kind)) return 'outside';
  let concurrent = node.concurrent === true;
  walkTree(node, (inner, child) => {
    if (inner === 'PartitionCmd' && child.concurrent === true) concurrent = true;
    if (kind === 'ReindexStmt' && inner === 'DefElem' && child.defname === 'concurrently') concurrent = true;
  });
  return concurrent && kind !== 'RefreshMatViewStmt' ? 'outside' : 'transactional';
}

function buildsIndex(kind: string, node: Record<string, unknown>): RelationName | null {
  const [on] = relationsOf(node.relation);
  const { concurrent, idxname } = node;
  if (kind !== 'IndexStmt' || concurrent !== true || typeof idxname !== 'string') return null;
  return on === undefined || on.schema === null ? null : { schema: on.schema, name: idxname };
}

function relationsOf(node: unknown): Statement['relations'] {
  const found = new Map<string, { schema: string | null; name: string }>();
  const add = (schema: unknown, name: unknown) => {
    if (typeof name !== 'string') return;
    const relation = { schema: typeof schema === 'string' && schema !== '' ? schema : null, name };
    found.set(JSON.stringify(relation), relation);
  };
  const visit = (_: string, child: Record<string, unknown>) => {
    if (typeof child.relname === 'string') add(child.schemaname, child.relname);
  };
  walkTree({ root: node }, visit);
  return [...found.values()];
}

/** Splits and classifies SQL. Throws `bad_expression` where it is not valid, naming `field`. */
export function parseStatements(sql: string, field: string): Statement[] {
  try {
    const bytes = Buffer.from(sql, 'utf8');
    return (parseSync(sql).stmts ?? []).map((raw) => {
      const start = raw.stmt_location ?? 0;
      const end = raw.stmt_len === undefined ? bytes.length : start + raw.stmt_len;
      const [[kind, node] = ['', {}]] = Object.entries(raw.stmt ?? {});
      return {
        text: bytes.subarray(start, end).toString('utf8').trim(),
        kind,
        manner: mannerOf(kind, node as Record<string, unknown>),
        relations: relationsOf(node),
        builds: buildsIndex(kind, node as Record<string, unknown>),
      };
    });
  } catch (error) {
    throw new SegueError(
      'bad_expression',
      `The SQL is not valid: ${error instanceof Error ? error.message : 'it cannot be parsed'}.`,
      { object: sql.slice(0, 100), next: 'Correct it.', evidence: { field }, cause: error },
    );
  }
}

/**
 * Columns and foreign-key parents of what stands between the parentheses of CREATE TABLE, and of the statements that belong to it.
 * Throws `bad_expression`.
 */
export function parseTableDefinition(
  definition: string,
  also?: string,
): {
  readonly columns: readonly string[];
  readonly parents: readonly RelationName[];
  /** Tables whose columns it takes over. */
  readonly likes: readonly RelationName[];
  /** The table of which it becomes a partition. */
  readonly attachedTo: RelationName | null;
} {
  const refuse = (why: string): never => {
    throw new SegueError('bad_expression', `The table's definition is not valid: ${why}.`, {
      next: 'Write it as between the parentheses of CREATE TABLE: id bigint PRIMARY KEY, name text NOT NULL.',
      evidence: { field: 'definition' },
    });
  };
  const statements = parseStatements(`CREATE TABLE t (${definition}\n)`, 'definition');
  const [only] = statements;
  if (statements.length !== 1 || only?.kind !== 'CreateStmt')
    return refuse('it is more than a list of columns');
  const columns: string[] = [];
  const parents: RelationName[] = [];
  const likes: RelationName[] = [];
  let attachedTo: RelationName | null = null;
  const full = ({ schemaname, relname }: Record<string, unknown>): RelationName =>
    typeof schemaname === 'string' && typeof relname === 'string'
      ? { schema: schemaname, name: relname }
      : refuse(`the table ${String(relname)} that it names needs its schema`);
  const tree = [parseSync(`CREATE TABLE t (${definition}\n)`), also === undefined ? {} : parseSync(also)];
  walkTree({ tree }, (kind, node) => {
    if (kind === 'ColumnDef' && typeof node.colname === 'string') columns.push(node.colname);
    if (kind === 'TableLikeClause') likes.push(full(node.relation as Record<string, unknown>));
    if (kind === 'AlterTableStmt' && JSON.stringify(node).includes('"AT_AttachPartition"'))
      attachedTo = full(node.relation as Record<string, unknown>);
    if (kind === 'pktable') parents.push(full(node));
  });
  if (columns.length === 0 && likes.length === 0) refuse('it names no column');
  return { columns, parents, likes, attachedTo };
}
