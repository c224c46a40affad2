import type { PartitionBoundSpec } from 'libpg-query';
import type { TableInfo } from '@/lib/planner/catalog';
import { nodeOf, nodesOf } from '@/lib/sql/ast';
import { expressionNode, parseExpression } from '@/lib/sql/expression';
import { labelOf, type Scene } from './scene';

/** One condition that the bounds of a partition make: "day >= 2025-01-01". */
type Condition = string;

function constantOf(node: unknown): string | null {
  const constant = nodeOf(node, 'A_Const');
  if (constant?.sval !== undefined) return constant.sval.sval ?? '';
  if (constant?.ival !== undefined) return String(constant.ival.ival ?? 0);
  if (constant?.fval !== undefined) return constant.fval.fval ?? '';
  return null;
}

/** The one plain column by which a table is divided; null where it is an expression or more than one column. */
function keyColumn(parent: TableInfo): string | null {
  const match = /^(RANGE|LIST) \(([^(),]+)\)$/.exec(parent.partitionBy ?? '');
  return match?.[2] === undefined ? null : (parseExpression(match[2]).columns[0]?.name ?? null);
}

/** What the bounds ask of the key; null where that is not understood: a row must be read then. */
function boundConditions(parent: TableInfo, bound: PartitionBoundSpec | undefined): Condition[] | null {
  const column = keyColumn(parent);
  if (column === null || bound === undefined) return null;
  if (bound.is_default === true) {
    const siblings = parent.partitions.filter((part) => labelOf(part.parent) === labelOf(parent));
    const values = siblings.map((part) => /^FOR VALUES IN \((.*)\)$/.exec(part.bound)?.[1]);
    if (values.some((list) => list === undefined)) return null;
    return [
      `not ${column} in ${values
        .flatMap((list) => listOf(list ?? ''))
        .sort()
        .join('|')}`,
    ];
  }
  if (bound.strategy === 'l') {
    const values = (bound.listdatums ?? []).map(constantOf);
    if (values.some((value) => value === null)) return null;
    return [`${column} in ${[...values].sort().join('|')}`];
  }
  const [lower, upper] = [constantOf(bound.lowerdatums?.[0]), constantOf(bound.upperdatums?.[0])];
  if (bound.strategy !== 'r' || lower === null || upper === null) return null;
  return [`${column} >= ${lower}`, `${column} < ${upper}`];
}

const listOf = (text: string): string[] => {
  const list = nodeOf(nodeOf(expressionNode(`x IN (${text})`), 'A_Expr')?.rexpr, 'List');
  return (list?.items ?? []).flatMap((item) => constantOf(item) ?? []);
};

const unwrap = (node: unknown): unknown => {
  const cast = nodeOf(node, 'TypeCast');
  return cast === undefined ? node : unwrap(cast.arg);
};

const columnIn = (node: unknown): string | null => {
  const fields = nodeOf(unwrap(node), 'ColumnRef')?.fields;
  return nodesOf(fields, 'String').at(-1)?.sval ?? null;
};

/** The ANDed parts of a CHECK, in the words of boundConditions. */
function conditionsOf(node: unknown): Condition[] {
  const bool = nodeOf(node, 'BoolExpr');
  if (bool?.boolop === 'AND_EXPR') return (bool.args ?? []).flatMap(conditionsOf);
  if (bool?.boolop === 'NOT_EXPR') {
    const inner = (bool.args ?? []).flatMap(conditionsOf);
    return [`not (${inner.join(' and ')})`];
  }
  const operation = nodeOf(node, 'A_Expr');
  const column = columnIn(operation?.lexpr);
  if (operation === undefined || column === null) return [];
  const operator = nodesOf(operation.name, 'String')[0]?.sval ?? '';
  const right = unwrap(operation.rexpr);
  const array = nodeOf(right, 'A_ArrayExpr')?.elements ?? nodeOf(right, 'List')?.items;
  if (array !== undefined) {
    const values = array
      .map((item) => constantOf(unwrap(item)))
      .sort()
      .join('|');
    return [operator === '<>' ? `not ${column} in ${values}` : `${column} in ${values}`];
  }
  const value = constantOf(right);
  if (value === null) return [];
  return operator === '=' ? [`${column} in ${value}`] : [`${column} ${operator} ${value}`];
}

const proven = (table: TableInfo): Condition[] =>
  table.checks
    .filter(({ validated }) => validated)
    .flatMap((check) => conditionsOf(expressionNode(check.expression)));

/** A validated CHECK of the child, and NOT NULL of the key, say what the bounds ask: PostgreSQL reads no row. */
export function isImplied(
  scene: Scene,
  parent: TableInfo,
  child: TableInfo,
  bound: PartitionBoundSpec | undefined,
): boolean {
  const asked = boundConditions(parent, bound);
  const column = keyColumn(parent);
  if (asked === null || column === null) return false;
  if (scene.parentOf(parent) !== null) return false;
  const known = proven(child);
  const needsValue = bound?.is_default !== true;
  const notNull = child.columns.some(({ name, notNull: set }) => name === column && set);
  return (!needsValue || notNull) && asked.every((condition) => known.includes(condition));
}

/** A validated CHECK of the default partition excludes the bounds of a new one. */
export function defaultIsExcluded(
  parent: TableInfo,
  rest: TableInfo,
  bound: PartitionBoundSpec | undefined,
): boolean {
  const asked = boundConditions(parent, bound);
  if (asked === null) return false;
  return proven(rest).includes(`not (${asked.join(' and ')})`);
}
