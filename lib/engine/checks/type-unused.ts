import type { CheckWork } from '@/lib/core/plan';
import { quoteLiteral, quoteName } from '@/lib/core/sql-text';
import type { CheckScope, Finding } from './run-check';

type TypeUnused = Extract<CheckWork, { kind: 'type_unused' }>;

/**
 * Who uses a type beside one column and Segue's own functions. What PostgreSQL knows of keeps the type, so that passes; a
 * function that only names it in its text would fail without it, which a person has to judge.
 */
export async function checkTypeUnused({ target }: CheckScope, work: TypeUnused): Promise<Finding> {
  const type = `to_regtype(${quoteLiteral(work.type)})`;
  const users = await target.sql.unsafe<{ object: string }[]>(
    `SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) AS object
     FROM pg_depend d JOIN pg_type t ON d.refobjid IN (t.oid, t.typarray)
     LEFT JOIN pg_attribute a ON a.attrelid = ${quoteLiteral(quoteName(work.table))}::regclass AND a.attname = $1
     WHERE d.refclassid = 'pg_type'::regclass AND t.oid = ${type} AND d.deptype <> 'i'
       AND (d.classid = 'pg_class'::regclass AND d.objid = a.attrelid AND d.objsubid = a.attnum) IS NOT TRUE
       -- What hangs on the column goes with it.
       AND NOT EXISTS (SELECT FROM pg_depend c WHERE (c.classid, c.objid) = (d.classid, d.objid) AND c.refclassid = 'pg_class'::regclass AND (c.refobjid, c.refobjsubid) = (a.attrelid, a.attnum))
       AND NOT (d.classid = 'pg_proc'::regclass AND EXISTS (SELECT FROM pg_proc p WHERE p.oid = d.objid AND p.pronamespace = to_regnamespace('segue')))
     ORDER BY 1 LIMIT 20`,
    [work.column],
  );
  if (users.length > 0)
    return {
      outcome: 'pass',
      summary: `It stays: ${users.map((row) => row.object).join(', ')} ${users.length === 1 ? 'uses' : 'use'} it.`,
      evidence: users.map((row) => ({ ...row })),
    };
  const bodies = await target.sql.unsafe<{ function: string }[]>(
    `SELECT p.oid::regprocedure::text AS function
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang JOIN pg_type t ON t.oid = ${type}
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'segue') AND l.lanname IN ('plpgsql', 'sql')
       AND p.prosrc ~ ('\\m' || regexp_replace(t.typname, '([^[:alnum:]_])', '\\\\\\1', 'g') || '\\M')
     ORDER BY 1 LIMIT 20`,
  );
  if (bodies.length === 0) return { outcome: 'pass', summary: 'Nothing else uses it.' };
  return {
    outcome: 'inconclusive',
    summary: `${bodies.length === 1 ? 'A function mentions' : `${bodies.length} functions mention`} it: ${bodies.map((row) => row.function).join(', ')}. Going on drops the type.`,
    evidence: bodies.map((row) => ({ ...row })),
  };
}
