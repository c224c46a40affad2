import { parseSync, SqlError } from 'libpg-query';
import { type NodeOf, namesOf, nodeOf, nodesOf } from '@/lib/sql/ast';
import { labelOf, type Memory, relationOf } from '../memory-catalog/memory';
import { type CatalogRow, catalogRows } from './catalog-rows';

/** null: it cannot be known here. */
type Truth = boolean | null;

function textOf(memory: Memory, node: unknown): string | null {
  const constant = nodeOf(node, 'A_Const')?.sval?.sval;
  if (constant !== undefined) return constant;
  const cast = nodeOf(node, 'TypeCast');
  if (cast !== undefined) {
    const inner = textOf(memory, cast.arg);
    if (inner === null || namesOf(cast.typeName?.names).at(-1) !== 'regclass') return inner;
    const parts = inner.split('.').map((part) => part.replace(/^"(.*)"$/, '$1'));
    return labelOf(
      relationOf(
        memory,
        parts.length > 1
          ? { schemaname: parts[0] ?? '', relname: parts[1] ?? '' }
          : { relname: inner.replaceAll('"', '') },
      ),
    );
  }
  const called = namesOf(nodeOf(node, 'FuncCall')?.funcname).at(-1);
  if (called === 'current_schema') return memory.searchPath[0] ?? null;
  return nodeOf(node, 'SQLValueFunction')?.op === 'SVFOP_CURRENT_SCHEMA'
    ? (memory.searchPath[0] ?? null)
    : null;
}

const columnOf = (node: unknown): string | null =>
  namesOf(nodeOf(node, 'ColumnRef')?.fields).at(-1) ??
  (nodeOf(node, 'TypeCast') === undefined ? null : columnOf(nodeOf(node, 'TypeCast')?.arg));

const isNamespaceNumber = (node: unknown): boolean => {
  const comparison = nodeOf(node, 'A_Expr');
  return (
    /^(connamespace|relnamespace|typnamespace)$/.test(columnOf(comparison?.lexpr) ?? '') &&
    /"pg_namespace"|"regnamespace"/.test(JSON.stringify(comparison?.rexpr ?? {}))
  );
};

/** Whether a row fulfils a WHERE of comparisons with constants. */
function holds(memory: Memory, node: unknown, row: CatalogRow): Truth {
  const logic = nodeOf(node, 'BoolExpr');
  if (logic !== undefined) return combined(logic, (arg) => holds(memory, arg, row));
  const flag = nodeOf(node, 'ColumnRef') === undefined ? undefined : row[columnOf(node) ?? ''];
  if (flag === 'true' || flag === 'false') return flag === 'true';
  // The namespace by its number: names of constraints are looked for in every schema that is known.
  if (isNamespaceNumber(node)) return true;
  const comparison = nodeOf(node, 'A_Expr');
  if (comparison === undefined) return null;
  const operator = namesOf(comparison.name).at(-1);
  const name = columnOf(comparison.lexpr) ?? columnOf(comparison.rexpr);
  const value = name === null ? undefined : row[name];
  if (value === undefined) return null;
  if (comparison.kind === 'AEXPR_IN') {
    const values = (nodeOf(comparison.rexpr, 'List')?.items ?? []).map((item) => textOf(memory, item));
    return values.includes(null) ? null : values.includes(value) === (operator === '=');
  }
  const text = textOf(memory, comparison.rexpr) ?? textOf(memory, comparison.lexpr);
  if (comparison.kind !== 'AEXPR_OP' || text === null) return null;
  if (operator === '=') return value === text;
  return operator === '<>' ? value !== text : null;
}

function combined(logic: NodeOf<'BoolExpr'>, judge: (arg: unknown) => Truth): Truth {
  const parts = (logic.args ?? []).map(judge);
  if (logic.boolop === 'NOT_EXPR') return parts[0] === null || parts[0] === undefined ? null : !parts[0];
  const decides = logic.boolop === 'OR_EXPR';
  if (parts.includes(decides)) return decides;
  return parts.includes(null) ? null : !decides;
}

function exists(memory: Memory, select: NodeOf<'SelectStmt'> | undefined): Truth {
  const from = select?.fromClause ?? [];
  const [only] = nodesOf(from, 'RangeVar');
  if (only === undefined || from.length !== 1 || select?.groupClause !== undefined) return null;
  const rows = catalogRows(memory, only.relname ?? '');
  if (rows === null) return null;
  if (select?.whereClause === undefined) return rows.length > 0;
  const found = rows.map((row) => holds(memory, select.whereClause, row));
  if (found.includes(true)) return true;
  // Columns that no row has may never be true for any of them.
  return found.includes(null) || (rows.length === 0 && nodeOf(select.whereClause, 'SubLink') !== undefined)
    ? null
    : false;
}

function judge(memory: Memory, node: unknown): Truth {
  const logic = nodeOf(node, 'BoolExpr');
  if (logic !== undefined) return combined(logic, (arg) => judge(memory, arg));
  const link = nodeOf(node, 'SubLink');
  return link?.subLinkType === 'EXISTS_SUBLINK' ? exists(memory, nodeOf(link.subselect, 'SelectStmt')) : null;
}

/** Whether a condition that asks the catalog holds, as far as the memory tells. Pure; what it does not understand is null. */
export function conditionHolds(memory: Memory, condition: string): boolean | null {
  try {
    const [statement] = parseSync(`SELECT (${condition}\n)`).stmts ?? [];
    const [target] = nodesOf(nodeOf(statement?.stmt, 'SelectStmt')?.targetList, 'ResTarget');
    return judge(memory, target?.val);
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}
