import { parseSync } from 'libpg-query';
import { quoteIdent } from '@/lib/core/sql-text';
import { stringsOf, walkTree } from './parse-tree';

/** The schema of what a name without one means; null: leave it as it stands. */
export interface NameResolver {
  readonly relation: (name: string) => string | null;
  readonly type: (name: string) => string | null;
  readonly function: (name: string) => string | null;
}

/** Statements with the schema written before each relation, type and function that stands without one and that the resolver knows. The text must be valid SQL. */
export function qualifyNames(sql: string, resolver: NameResolver): string {
  const tree = parseSync(sql);
  const inserts = new Map<number, string>();
  const local = new Set<string>();
  walkTree({ tree }, (kind, node) => {
    if (kind === 'CommonTableExpr' && typeof node.ctename === 'string') local.add(node.ctename);
  });
  const put = (location: unknown, schema: string | null): void => {
    if (schema !== null) inserts.set(Number(location ?? 0), `${quoteIdent(schema)}.`);
  };
  walkTree({ tree }, (kind, node) => {
    if (typeof node.relname === 'string' && node.schemaname === undefined && !local.has(node.relname))
      put(node.location, resolver.relation(node.relname));
    const types = kind === 'typeName' || kind === 'TypeName' ? stringsOf(node.names) : [];
    if (types.length === 1) put(node.location, resolver.type(types[0] ?? ''));
    const called = kind === 'FuncCall' ? stringsOf(node.funcname) : [];
    if (called.length === 1) put(node.location, resolver.function(called[0] ?? ''));
  });
  const bytes = Buffer.from(sql, 'utf8');
  const parts: Buffer[] = [];
  let from = 0;
  for (const [at, text] of [...inserts].sort(([a], [b]) => a - b)) {
    parts.push(bytes.subarray(from, at), Buffer.from(text, 'utf8'));
    from = at;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]).toString('utf8');
}
