import { SegueError } from '@/lib/core/errors';
import { nodeOf } from '@/lib/sql/ast';
import { expressionNode, parseExpression } from '@/lib/sql/expression';
import { stringsOf } from '@/lib/sql/parse-tree';

/** What an `up` or `down` of pgroll's does with the column that it is for. */
export type Conversion =
  /** It gives the value as it is; or there is none. */
  | { readonly kind: 'same' }
  /** It gives a value where there is none, and else the value as it is. */
  | { readonly kind: 'fills'; readonly sql: string }
  | { readonly kind: 'changes'; readonly sql: string };

const isExpression = (text: string): boolean => {
  try {
    return !parseExpression(text).hasSubquery;
  } catch (error) {
    if (error instanceof SegueError) return false;
    throw error;
  }
};

/** pgroll's documentation writes `(SELECT CASE …)` where an expression is enough; Segue takes no subqueries. */
export function plainExpression(text: string): string {
  const trimmed = text.trim().replace(/;$/, '').trim();
  const inner = /^\(\s*SELECT\b([\s\S]*)\)$/i.exec(trimmed)?.[1] ?? /^SELECT\b([\s\S]*)$/i.exec(trimmed)?.[1];
  return inner !== undefined && isExpression(inner) ? inner.trim() : trimmed;
}

const isColumn = (node: unknown, column: string): boolean =>
  stringsOf(nodeOf(node, 'ColumnRef')?.fields).at(-1) === column;

/** COALESCE(c, …), CASE WHEN c IS NULL THEN … ELSE c END, CASE WHEN c IS NOT NULL THEN c ELSE … END. */
function onlyFills(node: unknown, column: string): boolean {
  const coalesce = nodeOf(node, 'CoalesceExpr');
  if (coalesce !== undefined) return isColumn(coalesce.args?.[0], column);
  const cases = nodeOf(node, 'CaseExpr');
  const [when, more] = cases?.args ?? [];
  const branch = nodeOf(when, 'CaseWhen');
  const test = nodeOf(branch?.expr, 'NullTest');
  if (cases?.arg !== undefined || more !== undefined || !isColumn(test?.arg, column)) return false;
  return test?.nulltesttype === 'IS_NULL'
    ? isColumn(cases?.defresult, column)
    : isColumn(branch?.result, column);
}

/** Reads an expression over a column. Throws `bad_expression` where it is not valid SQL. */
export function conversionOf(text: string | undefined, column: string): Conversion {
  if (text === undefined || text.trim() === '') return { kind: 'same' };
  const sql = plainExpression(text);
  const node = expressionNode(sql);
  if (isColumn(node, column)) return { kind: 'same' };
  return { kind: onlyFills(node, column) ? 'fills' : 'changes', sql };
}
