import { quoteLiteral } from '@/lib/core/sql-text';
import { type Node, namesOf, nodeOf } from '@/lib/sql/ast';
import type { Memory } from './memory';
import { typeText } from './type-text';

/**
 * An expression as `pg_get_expr` would print it, where it is one of the simple ones that defaults are made of; else as it was
 * written. `type` is the column's, without modifier: PostgreSQL prints a string constant with it.
 */
export function defaultText(
  node: Node | undefined,
  written: string,
  type: string,
  memory: Memory,
): string | null {
  const constant = nodeOf(node, 'A_Const');
  if (constant?.isnull === true) return null;
  if (constant?.sval !== undefined) return `${quoteLiteral(constant.sval.sval ?? '')}::${type}`;
  if (constant?.boolval !== undefined) return String(constant.boolval.boolval ?? false);
  if (constant?.ival !== undefined) {
    const value = constant.ival.ival ?? 0;
    return value < 0 ? `'${value}'::integer` : String(value);
  }
  if (constant?.fval !== undefined) {
    const value = constant.fval.fval ?? '';
    return value.startsWith('-') ? `'${value}'::numeric` : value;
  }
  const cast = nodeOf(node, 'TypeCast');
  const inner = nodeOf(cast?.arg, 'A_Const');
  if (cast !== undefined && inner?.sval !== undefined)
    return `${quoteLiteral(inner.sval.sval ?? '')}::${typeText(cast.typeName, memory).type}`;
  const call = nodeOf(node, 'FuncCall');
  if (call !== undefined && (call.args ?? []).length === 0) {
    const names = namesOf(call.funcname).filter((name) => name !== 'pg_catalog');
    return `${names.join('.')}()`;
  }
  return written;
}
