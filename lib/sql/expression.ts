import { type ParseResult, parseSync, SqlError, scanSync } from 'libpg-query';
import { SegueError } from '@/lib/core/errors';
import { stringsOf, walkTree } from './parse-tree';

/** A reference to a column, with the bytes it spans in the text. */
export interface ColumnReference {
  readonly qualifier: string | null;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** One SQL expression, parsed by PostgreSQL's own grammar. */
export interface Expression {
  readonly text: string;
  readonly columns: readonly ColumnReference[];
  /** Lower-case names of the functions called, schema dropped. */
  readonly functions: readonly string[];
  readonly hasSubquery: boolean;
  /** Relations that its subqueries read; schema null where none is written. */
  readonly reads: readonly { readonly schema: string | null; readonly name: string }[];
  /** now(), CURRENT_DATE and the like in their keyword form. */
  readonly readsClock: boolean;
  /** current_user, current_role or user, which a function with its owner's rights answers with its owner. */
  readonly readsUser: boolean;
  readonly isNull: boolean;
}

const PREFIX = 'SELECT (';
const PREFIX_BYTES = Buffer.byteLength(PREFIX);

function parseSelect(text: string, source: string): ParseResult {
  try {
    return parseSync(source);
  } catch (error) {
    if (!(error instanceof SqlError) && !(error instanceof Error)) throw error;
    throw new SegueError('bad_expression', `The expression ${text} is not valid SQL: ${error.message}.`, {
      object: text,
      next: 'Write one SQL expression, as it would stand in a SELECT list.',
      cause: error,
    });
  }
}

/** Byte after a name of so many parts that starts at a byte. */
export function spanEnd(source: string, start: number, parts: number): number {
  const tokens = scanSync(source).tokens.filter((token) => token.start >= start);
  // a, a.b and a.b.c are one, three and five tokens.
  const last = tokens[parts * 2 - 2];
  if (last === undefined) throw new SegueError('internal', `The parser gave no token at byte ${start}.`);
  return last.end;
}

/** False for `a) || (b`: it parses between parentheses, and would mean something else in any other place. */
function isClosed(source: string): boolean {
  if (!source.slice(PREFIX.length, -1).includes(')')) return true;
  let depth = 0;
  const tokens = scanSync(source).tokens.filter(({ tokenName }) => /^ASCII_4[01]$/.test(tokenName));
  return tokens.every(({ tokenName }, index) => {
    depth += tokenName === 'ASCII_40' ? 1 : -1;
    return depth > 0 || index === tokens.length - 1;
  });
}

/**
 * Parses one expression. Anything that is more than one expression (a second column, a FROM, a second statement) is
 * refused, which also makes it safe to place the text inside a larger statement. Throws `bad_expression`.
 */
export function parseExpression(text: string): Expression {
  const source = `${PREFIX}${text}\n)`;
  const statements = parseSelect(text, source).stmts ?? [];
  const only = statements.length === 1 ? statements[0]?.stmt : undefined;
  const select = only !== undefined && 'SelectStmt' in only ? only.SelectStmt : undefined;
  const plain =
    select !== undefined &&
    select.fromClause === undefined &&
    select.whereClause === undefined &&
    select.op === 'SETOP_NONE';
  if (
    !plain ||
    select.targetList?.length !== 1 ||
    select.limitCount !== undefined ||
    select.sortClause !== undefined ||
    !isClosed(source)
  ) {
    throw new SegueError('bad_expression', `${text} is not one SQL expression.`, {
      object: text,
      next: 'Write one expression, without FROM, WHERE or a second statement.',
    });
  }
  const columns: ColumnReference[] = [];
  const functions: string[] = [];
  let hasSubquery = false;
  const reads: { schema: string | null; name: string }[] = [];
  const queries = new Set<string>();
  let readsClock = false;
  let readsUser = false;
  walkTree(select.targetList, (kind, node) => {
    if (kind === 'ColumnRef') {
      const names = stringsOf(node.fields);
      const start = Number(node.location ?? 0);
      const end = spanEnd(source, start, names.length);
      columns.push({
        qualifier: names.length > 1 ? (names.at(-2) ?? null) : null,
        name: names.at(-1) ?? '',
        start: start - PREFIX_BYTES,
        end: end - PREFIX_BYTES,
      });
    } else if (kind === 'FuncCall') functions.push((stringsOf(node.funcname).at(-1) ?? '').toLowerCase());
    else if (kind === 'SubLink') hasSubquery = true;
    else if (kind === 'SQLValueFunction') {
      readsClock = true;
      readsUser ||= /_(USER|ROLE)$/.test(String(node.op)) && node.op !== 'SVFOP_SESSION_USER';
    } else if (kind === 'RangeVar')
      reads.push({
        schema: typeof node.schemaname === 'string' ? node.schemaname : null,
        name: String(node.relname),
      });
    else if (kind === 'CommonTableExpr') queries.add(String(node.ctename));
  });
  const value = (select.targetList[0] as { ResTarget?: { val?: Record<string, unknown> } }).ResTarget?.val;
  if (value !== undefined && 'RowExpr' in value) {
    throw new SegueError('bad_expression', `${text} is more than one value.`, {
      object: text,
      next: 'Write one expression.',
    });
  }
  const constant =
    value !== undefined && 'A_Const' in value ? (value.A_Const as { isnull?: boolean }) : undefined;
  return {
    text,
    columns,
    functions,
    hasSubquery,
    reads: reads.filter(({ schema, name }) => schema !== null || !queries.has(name)),
    readsClock,
    readsUser,
    isNull: constant?.isnull === true,
  };
}

/** The parse tree of one expression that PostgreSQL itself printed. Throws `bad_expression`. */
export function expressionNode(text: string): unknown {
  const only = parseSelect(text, `${PREFIX}${text}\n)`).stmts?.[0]?.stmt;
  const target = only !== undefined && 'SelectStmt' in only ? only.SelectStmt.targetList?.[0] : undefined;
  return target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
}

/**
 * The expression with its column references replaced. `replace` gets the column's name and returns SQL, or null to
 * leave it as it stands. The rest of the text is kept byte for byte.
 */
export function replaceColumns(expression: Expression, replace: (name: string) => string | null): string {
  const bytes = Buffer.from(expression.text, 'utf8');
  const parts: Buffer[] = [];
  let from = 0;
  for (const column of [...expression.columns].sort((a, b) => a.start - b.start)) {
    const replacement = replace(column.name);
    if (replacement === null) continue;
    parts.push(bytes.subarray(from, column.start), Buffer.from(replacement, 'utf8'));
    from = column.end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts).toString('utf8');
}
