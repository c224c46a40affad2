import { type NodeOf, nodeOf } from './ast';
import { clausesOf } from './clauses';
import { expressionNode } from './expression';
import { walkTree } from './parse-tree';

/** A subquery that takes any one of the rows that it finds: `(SELECT value FROM from WHERE where LIMIT 1)`. */
interface AnyRow {
  readonly value: string;
  readonly from: string;
  readonly where: string | null;
}

type Select = NodeOf<'SelectStmt'>;

const limited = (select: Select | undefined): select is Select =>
  select?.limitCount !== undefined && select.sortClause === undefined;

/** Nothing but SELECT, FROM, WHERE and LIMIT. */
const plain = (select: Select): boolean =>
  select.op === 'SETOP_NONE' &&
  select.targetList?.length === 1 &&
  select.fromClause !== undefined &&
  [
    select.withClause,
    select.distinctClause,
    select.groupClause,
    select.havingClause,
    select.limitOffset,
  ].every((clause) => clause === undefined);

/** True where an expression takes any one of several rows somewhere: LIMIT without ORDER BY. */
export function takesAnyRow(text: string): boolean {
  let found = false;
  walkTree(expressionNode(text), (kind, node) => {
    if (kind === 'SubLink' && node.subLinkType === 'EXPR_SUBLINK')
      found ||= limited(nodeOf(node.subselect, 'SelectStmt'));
  });
  return found;
}

/** The parts of an expression that is such a subquery as a whole; null: it is another one. */
export function anyRowOf(text: string): AnyRow | null {
  const link = nodeOf(expressionNode(text), 'SubLink');
  const select = link?.subLinkType === 'EXPR_SUBLINK' ? nodeOf(link.subselect, 'SelectStmt') : undefined;
  if (!limited(select) || !plain(select)) return null;
  let inner = text.trim();
  while (inner.startsWith('(')) inner = inner.slice(1, -1).trim();
  const { SELECT: value, FROM: from, WHERE: where } = clausesOf(inner, ['SELECT', 'FROM', 'WHERE', 'LIMIT']);
  return value === undefined || from === undefined ? null : { value, from, where: where ?? null };
}
