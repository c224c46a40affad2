import type { TableInfo } from '@/lib/planner/catalog';
import { nodeOf } from '@/lib/sql/ast';
import { parseExpression } from '@/lib/sql/expression';
import type { AlterPass } from './alter-pass';
import { columnOf } from './column-facts';
import { labelOf } from './scene';

/** A validated CHECK says that the column is never NULL: PostgreSQL then reads no row. */
export function isProvenNotNull(table: TableInfo, column: string, dropped: ReadonlySet<string>): boolean {
  return table.checks.some(
    (check) => check.validated && !dropped.has(check.name) && conjuncts(check.expression).includes(column),
  );
}

/** Columns of which a condition says, in one of its ANDed parts, that they are NOT NULL. */
function conjuncts(condition: string): string[] {
  const text = condition.replaceAll(/[()]/g, '');
  if (/\bOR\b/i.test(text)) return [];
  return text.split(/ AND /).flatMap((part) => {
    const match = /^\s*(.+?) IS NOT NULL\s*$/i.exec(part);
    return match?.[1] === undefined ? [] : parseExpression(match[1]).columns.map(({ name }) => name);
  });
}

const FIX =
  'Use the operation set_not_null; or add CHECK (… IS NOT NULL) NOT VALID, VALIDATE it, SET NOT NULL, and drop the CHECK in a later statement.';

/** SET NOT NULL, and ADD CONSTRAINT … NOT NULL of PostgreSQL 18. */
export function setNotNull(pass: AlterPass, name: string, lazy: boolean): void {
  const { scene, table } = pass;
  const column = columnOf(scene, table, name);
  const isLazy = (member: TableInfo): boolean =>
    member.constraints.some((one) => one.type === 'not null' && one.columns.includes(name) && !one.validated);
  if (column?.notNull === true && !isLazy(table)) {
    if (scene.options.major < 18) for (const child of table.children) scene.lock(child, pass.mode);
    return;
  }
  pass.descend();
  if (lazy) return;
  for (const member of pass.members) {
    const there = member.columns.find((one) => one.name === name);
    if (there?.notNull === true && !isLazy(member)) continue;
    if (!isLazy(member) && isProvenNotNull(member, name, pass.dropped)) continue;
    scene.verify(member);
    scene.note(
      'set-not-null-scans',
      member,
      `Every row of ${labelOf(member)} is read to see that ${name} is never NULL, while nobody can read or write it.`,
      FIX,
    );
  }
}

/** DROP NOT NULL. */
export function dropNotNull(pass: AlterPass): void {
  const { scene, table, cmd } = pass;
  const name = cmd.name ?? '';
  const column = columnOf(scene, table, name);
  if (table.primaryKey.includes(name)) scene.refuse('42P16', `Column ${name} is part of the primary key.`);
  if (column?.identity != null) scene.refuse('42601', `Column ${name} is an identity column.`);
  if (column?.notNull === false && scene.options.major >= 18) return;
  pass.descend();
  scene.note(
    'drop-not-null',
    table,
    `Code that reads ${name} of ${labelOf(table)} can now find NULL.`,
    'Deploy code that can stand NULL first.',
  );
}

/** SET/DROP DEFAULT. */
export function columnDefault(pass: AlterPass): void {
  const { scene, table, cmd } = pass;
  const column = columnOf(scene, table, cmd.name ?? '');
  if (column !== null && (column.generated !== null || column.identity !== null))
    scene.refuse('42601', `Column ${column.name} computes its own value.`);
  pass.descend();
}

/** True where a tree has this text as a constant. */
export function mentions(tree: unknown, value: string): boolean {
  if (Array.isArray(tree)) return tree.some((one) => mentions(one, value));
  if (typeof tree !== 'object' || tree === null) return false;
  if (nodeOf(tree, 'A_Const')?.sval?.sval === value) return true;
  return Object.values(tree).some((one) => mentions(one, value));
}

/** ADD, SET and DROP IDENTITY. */
export function columnIdentity(pass: AlterPass): void {
  const { scene, table, cmd } = pass;
  const column = columnOf(scene, table, cmd.name ?? '');
  if (cmd.subtype === 'AT_AddIdentity' && column !== null && !column.notNull)
    scene.refuse('55000', `Column ${column.name} must be NOT NULL before it becomes an identity.`);
  if (scene.options.major < 17) return;
  for (const part of table.partitions) scene.lock(part, pass.mode);
}
