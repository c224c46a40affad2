import type { RelationName } from '@/lib/core/sql-text';
import { type Node, type NodeOf, namesOf } from '@/lib/sql/ast';
import { walkTree } from '@/lib/sql/parse-tree';
import { labelOf, type Memory, type MemoryTable, type MemoryView, relationOf, resolveName } from './memory';

/** Columns of tables that a query or condition names. Without a qualifier a name is that of each table that has it. */
function columnsUsed(memory: Memory, tree: unknown, own: MemoryTable | null): MemoryView['uses'] {
  const byName = new Map<string, MemoryTable>();
  if (own !== null) byName.set(own.name, own);
  const names: { qualifier: string | null; name: string | null }[] = [];
  walkTree({ tree }, (kind, node) => {
    if (typeof node.relname === 'string' && kind !== 'ColumnRef') {
      const schemaname = typeof node.schemaname === 'string' ? { schemaname: node.schemaname } : {};
      const table = memory.tables.get(labelOf(relationOf(memory, { ...schemaname, relname: node.relname })));
      const { aliasname } = (node.alias ?? {}) as { aliasname?: string };
      if (table !== undefined) byName.set(aliasname ?? node.relname, table);
    } else if (kind === 'ColumnRef' && Array.isArray(node.fields)) {
      const parts = namesOf(node.fields);
      const star = parts.length < node.fields.length;
      names.push({
        qualifier: star ? (parts.at(-1) ?? null) : (parts.at(-2) ?? null),
        name: star ? null : (parts.at(-1) ?? ''),
      });
    }
  });
  const uses = new Map<string, MemoryView['uses'][number]>();
  for (const { qualifier, name } of names) {
    const meant = qualifier === null ? [...byName.values()] : [byName.get(qualifier)];
    for (const table of meant)
      for (const column of table?.columns ?? []) {
        if (table === undefined || (name !== null && column.name !== name)) continue;
        const { schema } = table;
        uses.set(`${labelOf(table)} ${column.name}`, {
          table: { schema, name: table.name },
          column: column.name,
        });
      }
  }
  return [...uses.values()];
}

/** CREATE POLICY: columns that it names, on any table, cannot go while it is there. */
export function createPolicy(memory: Memory, statement: NodeOf<'CreatePolicyStmt'>): void {
  const own = memory.tables.get(labelOf(relationOf(memory, statement.table)));
  if (own === undefined) return;
  const name = statement.policy_name ?? '';
  for (const use of columnsUsed(memory, { qual: statement.qual, check: statement.with_check }, own)) {
    const table = memory.tables.get(labelOf(use.table));
    if (table !== undefined)
      table.dependents = [...table.dependents, { column: use.column, kind: 'policy', name, view: null }];
  }
}

/** CREATE VIEW and CREATE MATERIALIZED VIEW: which columns of which tables they show. */
export function createView(
  memory: Memory,
  range: { readonly schemaname?: string; readonly relname?: string } | undefined,
  query: Node | undefined,
  form: { readonly materialized: boolean; readonly definition: string },
): void {
  const relation = resolveName(memory, { schema: range?.schemaname ?? null, name: range?.relname ?? '' });
  const reads = new Map<string, RelationName>();
  walkTree({ query }, (_, node) => {
    if (typeof node.relname !== 'string') return;
    const schemaname = typeof node.schemaname === 'string' ? { schemaname: node.schemaname } : {};
    const read = relationOf(memory, { ...schemaname, relname: node.relname });
    if (memory.tables.has(labelOf(read)) || memory.views.has(labelOf(read))) reads.set(labelOf(read), read);
  });
  const uses = columnsUsed(memory, query, null);
  memory.views.set(labelOf(relation), { ...relation, ...form, reads: [...reads.values()], uses });
}
