import type { CheckSpec, CheckWork } from '@/lib/core/plan';
import { quoteIdent, quoteLiteral, quoteName } from '@/lib/core/sql-text';
import { block, raise, rowsOf } from './export-unit';

/** A query that gives a row where the check fails; null where a person, or a look at statistics, has to answer. */
function failing(work: CheckWork, transition: string): string | null {
  switch (work.kind) {
    case 'mismatches':
      return `SELECT FROM ${rowsOf(work.table)} WHERE ${work.safeWhere}`;
    case 'violations':
      return `SELECT FROM ${rowsOf(work.table)} WHERE ${work.where}`;
    case 'null_rows':
      return `SELECT FROM ${rowsOf(work.table)} WHERE t.${quoteIdent(work.column)} IS NULL`;
    case 'duplicates':
      return `SELECT FROM ${rowsOf(work.table)} WHERE ${work.where} GROUP BY ${work.values.join(', ')} HAVING pg_catalog.count(*) > 1`;
    case 'exceptions': {
      const keys = work.key.map(
        ({ name, type }) => `t.${quoteIdent(name)} = CAST(e.key ->> ${quoteLiteral(name)} AS ${type})`,
      );
      return `SELECT FROM segue.exceptions e JOIN ${rowsOf(work.table)} ON ${keys.join(' AND ')} WHERE e.transition = ${quoteLiteral(transition)} AND e.operation = ${work.operation} AND e.side = ${quoteLiteral(work.side)} AND (${work.still})`;
    }
    case 'indexes_valid':
      return `SELECT FROM pg_catalog.unnest(ARRAY[${work.names.map((name) => quoteLiteral(quoteName({ schema: work.table.schema, name }))).join(', ')}]::text[]) name
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = pg_catalog.to_regclass(name) WHERE i.indisvalid IS NOT TRUE`;
    case 'constraints_validated':
      return `SELECT FROM pg_catalog.unnest(ARRAY[${work.names.map(quoteLiteral).join(', ')}]::text[]) name
    LEFT JOIN pg_catalog.pg_constraint c ON c.conrelid = ${quoteLiteral(quoteName(work.table))}::pg_catalog.regclass AND c.conname = name WHERE c.convalidated IS NOT TRUE`;
    case 'sync_in_place':
      return `SELECT FROM pg_catalog.unnest(ARRAY[${work.triggers.map(quoteLiteral).join(', ')}]::text[]) name
    LEFT JOIN pg_catalog.pg_trigger g ON g.tgrelid = ${quoteLiteral(quoteName(work.table))}::pg_catalog.regclass AND g.tgname = name WHERE g.tgenabled IS DISTINCT FROM 'A'`;
    default:
      return null;
  }
}

/** A check as a block that raises an error where it fails; null where SQL alone cannot answer it. */
export function checkBlock({ title, work }: CheckSpec, transition: string): string | null {
  const query = failing(work, transition);
  return query === null
    ? null
    : block([], `  IF EXISTS (${query}) THEN\n    ${raise('EXCEPTION', `Not so: ${title}`)}\n  END IF;`);
}
