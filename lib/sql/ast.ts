import type { Node } from 'libpg-query';

export type {
  AlterTableCmd,
  AlterTableStmt,
  ColumnDef,
  Constraint,
  CreateStmt,
  IndexStmt,
  Node,
  TypeName,
} from 'libpg-query';

type KindOf<N> = N extends unknown ? keyof N : never;
export type NodeKind = KindOf<Node>;
export type NodeOf<K extends NodeKind> = Extract<Node, Record<K, unknown>>[K];

/** What stands in a node of this kind; undefined where it is another. */
export function nodeOf<K extends NodeKind>(node: unknown, kind: K): NodeOf<K> | undefined {
  if (typeof node !== 'object' || node === null || !(kind in node)) return undefined;
  return (node as Record<K, NodeOf<K>>)[kind];
}

/** Those nodes of a list that are of this kind. */
export function nodesOf<K extends NodeKind>(list: readonly unknown[] | undefined, kind: K): NodeOf<K>[] {
  return (list ?? []).flatMap((node) => nodeOf(node, kind) ?? []);
}

/** The names in a list, as of columns. */
export const namesOf = (list: readonly unknown[] | undefined): string[] =>
  nodesOf(list, 'String').map(({ sval }) => sval ?? '');
