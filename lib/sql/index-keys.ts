import { parseSync } from 'libpg-query';
import { SegueError } from '@/lib/core/errors';
import { stringsOf, walkTree } from './parse-tree';

/** The columns and functions that a list of index keys names. */
export interface IndexKeys {
  readonly columns: readonly string[];
  readonly functions: readonly string[];
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
  return { columns: [...new Set(columns)], functions };
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
