import { parseSync } from 'libpg-query';
import type { ParsedStatement } from '@/lib/planner/hazards/effects';
import '@/lib/sql/parse-tree';

/** The one statement of a text. */
export function parseOne(sql: string): ParsedStatement {
  const [[kind, node] = ['', {}]] = Object.entries(parseSync(sql).stmts?.[0]?.stmt ?? {});
  return { kind, node: { ...(node as object) } };
}
