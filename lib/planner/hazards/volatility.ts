import type { Catalog, Volatility } from '@/lib/planner/catalog';
import { namesOf } from '@/lib/sql/ast';
import { walkTree } from '@/lib/sql/parse-tree';

const STABLE = new Set([
  'now',
  'statement_timestamp',
  'transaction_timestamp',
  'current_setting',
  'session_user',
  'current_database',
]);

/** Functions of PostgreSQL that a default or an index may well use and that have an immutable form. */
const CALM = new Set(
  'to_char to_date to_timestamp timezone date_trunc lower upper md5 concat format coalesce length substr substring replace trim btrim left right array_agg jsonb_build_object jsonb_build_array json_build_object to_json to_jsonb make_date make_interval make_timestamp make_timestamptz age extract date_part abs round floor ceil greatest least encode decode sha256 digest array_fill string_to_array nullif position strpos lpad rpad initcap reverse repeat chr ascii power sqrt mod int4range tsrange tstzrange daterange numrange to_tsvector to_tsquery'.split(
    ' ',
  ),
);

/** Volatility of an expression: that of its worst function. A function that nobody knows counts as volatile, as PostgreSQL's default is. */
export function volatilityOf(expression: unknown, catalog: Catalog): Volatility {
  let worst: Volatility = 'immutable';
  walkTree({ root: expression }, (kind, node) => {
    if (kind === 'SQLValueFunction' && worst === 'immutable') worst = 'stable';
    if (kind !== 'FuncCall') return;
    const name = (namesOf(node.funcname as unknown[]).at(-1) ?? '').toLowerCase();
    const known =
      catalog.functions[name] ?? (STABLE.has(name) ? 'stable' : CALM.has(name) ? 'immutable' : 'volatile');
    if (known === 'volatile') worst = 'volatile';
    else if (known === 'stable' && worst === 'immutable') worst = 'stable';
  });
  return worst;
}
