import type { Catalog, Volatility } from '@/lib/planner/catalog';
import { functionVolatility } from '@/lib/planner/function-volatility';
import { namesOf } from '@/lib/sql/ast';
import { walkTree } from '@/lib/sql/parse-tree';

/** Volatility of an expression: that of its worst function. `unknown` is that of one that nobody knows; PostgreSQL's default is volatile. */
export function volatilityOf(
  expression: unknown,
  catalog: Catalog,
  unknown: Volatility = 'volatile',
): Volatility {
  let worst: Volatility = 'immutable';
  walkTree({ root: expression }, (kind, node) => {
    if (kind === 'SQLValueFunction' && worst === 'immutable') worst = 'stable';
    if (kind !== 'FuncCall') return;
    const name = (namesOf(node.funcname as unknown[]).at(-1) ?? '').toLowerCase();
    const known = catalog.functions[name] ?? functionVolatility(name) ?? unknown;
    if (known === 'volatile') worst = 'volatile';
    else if (known === 'stable' && worst === 'immutable') worst = 'stable';
  });
  return worst;
}
