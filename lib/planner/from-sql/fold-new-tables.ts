import { parseSync } from 'libpg-query';
import { quoteIdent, quoteName, type RelationName } from '@/lib/core/sql-text';
import { nodeOf, nodesOf } from '@/lib/sql/ast';
import { labelOf } from '../memory-catalog/memory';
import { asOperation, type Part } from './part';

type Extension = Extract<Part, { readonly kind: 'extends' }>;

const mentions = (sql: string, name: string): boolean =>
  new RegExp(`(?<![\\w])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w])`).test(sql);

/** What a part makes, by name: tables, types, and whatever CREATE stands in its SQL. */
function madeBy(part: Part): string[] {
  if (part.kind !== 'operation') return [];
  const { operation } = part;
  if (operation.kind === 'create_table') return [operation.table.name];
  if (operation.kind === 'create_enum') return [operation.type.name];
  if (operation.kind !== 'free_sql') return [];
  return [
    ...operation.up.matchAll(
      /\bCREATE\s+(?:OR\s+REPLACE\s+)?[\w\s]+?\s(?:(?:"[^"]+"|\w+)\.)?("(?:[^"]|"")+"|\w+)\s*(?:\(|AS\b|;|$)/gi,
    ),
  ].map(([, name = '']) => name.replaceAll('"', ''));
}

const sqlOf = (part: Part): string => (part.kind === 'operation' ? JSON.stringify(part.operation) : '');

/** Place of the operation that makes a table. */
const creationOf = (parts: readonly Part[], { schema, name }: RelationName): number =>
  parts.findIndex(
    (part) =>
      part.kind === 'operation' &&
      part.operation.kind === 'create_table' &&
      labelOf(part.operation.table) === labelOf({ schema, name }),
  );

/**
 * Moves the making of a table behind everything that the statement needs, where nothing in between needs the table. Returns its
 * place then; null: there is no such order.
 */
function settle(parts: Part[], table: RelationName, sql: string): number | null {
  const at = creationOf(parts, table);
  if (at < 0) return null;
  const needed = parts.findLastIndex(
    (part, index) => index > at && madeBy(part).some((name) => mentions(sql, name)),
  );
  if (needed < 0) return at;
  const between = parts.slice(at + 1, needed + 1);
  if (between.some((part) => mentions(sqlOf(part), table.name))) return null;
  const [making] = parts.splice(at, 1);
  if (making !== undefined) parts.splice(needed, 0, making);
  return needed;
}

const WRITES = /\b(insert|update|delete|merge|copy|truncate)\b/i;

/** True where a part that stands for itself writes rows of the table: it runs when the table has long been made. */
function writesRows(part: Part, table: RelationName): boolean {
  if (part.kind === 'extends') return labelOf(part.table) === labelOf(table);
  if (part.kind !== 'operation') return false;
  const { operation } = part;
  if (operation.kind === 'update_rows' || operation.kind === 'delete_rows')
    return labelOf(operation.table) === labelOf(table);
  return operation.kind === 'free_sql' && WRITES.test(operation.up) && mentions(operation.up, table.name);
}

/** What is the same before rows come as after them, because rows that do not fit it fail either way. */
const EITHER_WAY = new Set([
  'AT_AddConstraint',
  'AT_AddColumn',
  'AT_SetNotNull',
  'AT_EnableRowSecurity',
  'AT_ReplicaIdentity',
  'AT_ChangeOwner',
]);
const EITHER_WAY_STATEMENTS = new Set(['IndexStmt', 'CommentStmt', 'GrantStmt', 'CreatePolicyStmt']);

function isSameBeforeRows(sql: string): boolean {
  return (parseSync(sql).stmts ?? []).every(({ stmt }) => {
    const change = nodeOf(stmt, 'AlterTableStmt');
    if (change === undefined) return EITHER_WAY_STATEMENTS.has(Object.keys(stmt ?? {})[0] ?? '');
    return nodesOf(change.cmds, 'AlterTableCmd').every(({ subtype = '' }) => EITHER_WAY.has(subtype));
  });
}

/** True where something before the statement must have happened to the table's rows, and happens after the table is made. */
function comesTooLate(parts: readonly Part[], { table, sql }: Extension): boolean {
  const at = creationOf(parts, table);
  const writers = at < 0 ? [] : parts.slice(at + 1).filter((part) => writesRows(part, table));
  return writers.length > 0 && (!isSameBeforeRows(sql) || writers.some(({ kind }) => kind === 'extends'));
}

/** Tables that reference each other: the second key comes when both are there, and goes before either does. */
function keyOfItsOwn({ table, sql, statements }: Extension): Part | null {
  const statement = nodeOf(parseSync(sql).stmts?.[0]?.stmt, 'AlterTableStmt');
  const names = nodesOf(statement?.cmds, 'AlterTableCmd').map((command) =>
    command.subtype === 'AT_AddConstraint' ? nodeOf(command.def, 'Constraint')?.conname : undefined,
  );
  if (names.length === 0 || names.includes(undefined)) return null;
  const drops = names.map((name) => `DROP CONSTRAINT ${quoteIdent(name ?? '')}`).join(', ');
  return {
    ...asOperation({
      kind: 'free_sql',
      phase: 'expand',
      up: sql,
      down: `ALTER TABLE ${quoteName(table)} ${drops}`,
      tables: [table],
      lossless: true,
    }),
    statements,
  };
}

/**
 * Statements on a table that the same file makes become part of making it: nobody uses it yet, so none of them makes anybody wait.
 * Those for which rows must be there that come later stay by themselves, and are refused.
 */
export function foldNewTables(given: readonly Part[]): readonly Part[] {
  const parts: Part[] = [];
  // Partitions of new tables, which belong to those.
  const owners = new Map<string, RelationName>();
  for (const each of given) {
    const part =
      each.kind === 'extends' ? { ...each, table: owners.get(labelOf(each.table)) ?? each.table } : each;
    if (part.kind === 'extends' && part.makes !== undefined) owners.set(labelOf(part.makes), part.table);
    if (part.kind === 'extends' && comesTooLate(parts, part)) {
      parts.push(part);
      continue;
    }
    const at = part.kind === 'extends' ? settle(parts, part.table, part.sql) : null;
    const making = at === null ? undefined : parts[at];
    if (
      part.kind === 'extends' &&
      at !== null &&
      making?.kind === 'operation' &&
      making.operation.kind === 'create_table'
    ) {
      const { also } = making.operation;
      parts[at] = {
        ...making,
        operation: { ...making.operation, also: also === undefined ? part.sql : `${also};\n${part.sql}` },
        statements: [...new Set([...making.statements, ...part.statements])],
      };
    } else parts.push((part.kind === 'extends' ? keyOfItsOwn(part) : null) ?? part);
  }
  return parts;
}
