import { parseSync } from 'libpg-query';
import { SegueError } from '@/lib/core/errors';
import { quoteIdent } from '@/lib/core/sql-text';
import { nodeOf, nodesOf } from './ast';
import { parseExpression, replaceColumns } from './expression';
import { stringsOf, walkTree } from './parse-tree';
import { sourceText } from './source-text';

/** The columns and functions that a list of index keys names. */
export interface IndexKeys {
  readonly columns: readonly string[];
  readonly functions: readonly string[];
  /** SQL of each key's value: without operator class, collation and order. */
  readonly values: readonly string[];
}

/**
 * Parses what stands between the parentheses of CREATE INDEX: `lower(email), created_at DESC`. Anything that is more is
 * refused, so that the text may be placed inside a statement. Throws `bad_expression`.
 */
export function parseIndexKeys(text: string): IndexKeys {
  const index = parseIndex(text);
  const columns: string[] = [];
  const functions: string[] = [];
  walkTree(index.indexParams, (kind, node) => {
    if (kind === 'IndexElem' && typeof node.name === 'string') columns.push(node.name);
    else if (kind === 'ColumnRef') columns.push(stringsOf(node.fields).at(-1) ?? '');
    else if (kind === 'FuncCall') functions.push((stringsOf(node.funcname).at(-1) ?? '').toLowerCase());
  });
  const written = sourceText(`(${text}\n)`, 0).listAfter(0);
  const values = nodesOf(index.indexParams, 'IndexElem').map(({ name, opclass }, at) =>
    name === undefined ? valueIn(written[at] ?? '', stringsOf(opclass).at(-1)) : quoteIdent(name),
  );
  return { columns: [...new Set(columns)], functions, values };
}

/**
 * The keys with their columns replaced; the rest of the text, operator classes and order among it, is kept. `replace` gets a
 * column's name and returns SQL, or null to leave it. Throws `bad_expression`.
 */
export function replaceInIndexKeys(text: string, replace: (name: string) => string | null): string {
  const written = sourceText(`(${text}\n)`, 0).listAfter(0);
  return nodesOf(parseIndex(text).indexParams, 'IndexElem')
    .map(({ name, opclass }, at) => {
      const key = (written[at] ?? '').trim();
      if (name !== undefined)
        return key.replace(/^(?:"(?:[^"]|"")*"|[^\s]+)/, (column) => replace(name) ?? column);
      const value = valueIn(key, stringsOf(opclass).at(-1));
      return `${replaceColumns(parseExpression(value), replace)}${key.slice(value.length)}`;
    })
    .join(', ');
}

/** Columns after which PostgreSQL names columns of the index: keys of their own, cast or not. Throws `bad_expression`. */
export function columnsThatNameKeys(text: string): string[] {
  return nodesOf(parseIndex(text).indexParams, 'IndexElem').flatMap(({ name, expr }) => {
    if (name !== undefined) return [name];
    let node: unknown = expr;
    for (let inner = node; inner !== undefined; ) {
      node = inner;
      inner = nodeOf(node, 'TypeCast')?.arg ?? nodeOf(node, 'CollateClause')?.arg;
    }
    return stringsOf(nodeOf(node, 'ColumnRef')?.fields).slice(-1);
  });
}

/** One key's expression alone. */
function valueIn(key: string, opclass: string | undefined): string {
  const unordered = key
    .trim()
    .replace(/\s+NULLS\s+(FIRST|LAST)$/i, '')
    .replace(/\s+(ASC|DESC)$/i, '');
  const classless =
    opclass === undefined ? unordered : unordered.replace(new RegExp(`\\s+(\\S+\\.)?"?${opclass}"?$`), '');
  return classless.replace(/\s+COLLATE\s+\S+$/i, '');
}

function parseIndex(text: string) {
  const refuse = (why: string, cause?: unknown): never => {
    throw new SegueError('bad_expression', `The index keys ${text} are not valid SQL: ${why}.`, {
      object: text,
      next: 'Write them as between the parentheses of CREATE INDEX, for example lower(email), created_at DESC.',
      evidence: { field: 'keys' },
      cause,
    });
  };
  try {
    const statements = parseSync(`CREATE INDEX ON t (${text}\n)`).stmts ?? [];
    const only = statements.length === 1 ? statements[0]?.stmt : undefined;
    const index = only !== undefined && 'IndexStmt' in only ? only.IndexStmt : undefined;
    if (index !== undefined && index.whereClause === undefined && index.indexIncludingParams === undefined)
      return index;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'it cannot be parsed', error);
  }
  return refuse('they are more than a list of keys');
}
