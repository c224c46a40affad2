import { parseExpression, replaceColumns } from '@/lib/sql/expression';
import type { ColumnRewrite } from './clone/indexes';

/** Rewrites expressions over the old column into ones over the new. */
export function columnRewrite(oldName: string, replacement: string): ColumnRewrite {
  return (name) => (name === oldName ? replacement : null);
}

/** SQL of a user's expression with its column replaced by another SQL value. */
export function substitute(expression: string, column: string, value: string): string {
  return replaceColumns(parseExpression(expression), (name) => (name === column ? value : null));
}
