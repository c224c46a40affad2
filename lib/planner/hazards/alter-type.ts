import type { AlterTableCmd } from 'libpg-query';
import type { TableInfo } from '@/lib/planner/catalog';
import { namesOf, nodeOf } from '@/lib/sql/ast';
import { columnOf, indexUse, isInherited, typeBlockers } from './column-facts';
import { labelOf, type Scene } from './scene';
import { isAssignable, type TypeChange, typeChange } from './type-change';
import { typeOfNode, typeShape } from './type-names';

const CHANGE_TYPE = 'Use the operation change_type: it fills a column of the new type beside the old one.';

/** ALTER COLUMN … TYPE on a table and everything below it. */
export function alterType(scene: Scene, root: TableInfo, cmd: AlterTableCmd, recurse: boolean): void {
  const name = cmd.name ?? '';
  const definition = nodeOf(cmd.def, 'ColumnDef');
  const column = columnOf(scene, root, name);
  const below = scene.below(root);
  if (isInherited(scene, root, name)) scene.refuse('42P16', `Column ${name} is inherited.`);
  if (below.length > 0 && !recurse)
    scene.refuse('42P16', `Type of column ${name} must change in child tables too.`);
  if (root.partitionBy !== null && root.partitionKey.includes(name))
    scene.refuse('42P16', `Column ${name} is part of the partition key.`);
  if (column === null || definition === undefined) {
    scene.rewrite(root);
    scene.build(root);
    scene.note(
      'change-type-rewrites',
      root,
      `It writes ${labelOf(root)} anew while nobody can read or write it.`,
      CHANGE_TYPE,
    );
    return;
  }
  const from = typeShape(column.type);
  const to = typeOfNode(definition.typeName, scene.catalog);
  const assignable = isAssignable(from, to, scene.catalog);
  if (!assignable && definition.raw_default === undefined)
    scene.refuse('42804', `Column ${name} cannot be cast to that type without USING.`);
  if (!assignable && column.default !== null)
    scene.refuse('42804', `The default of column ${name} cannot be cast to that type.`);
  const members = [root, ...below];
  for (const member of members) {
    const [blocker] = typeBlockers(member, name);
    if (blocker !== undefined)
      scene.refuse(
        typeRefusal(scene, root, blocker),
        `The type of ${name} cannot change: ${blocker} uses it.`,
      );
  }
  const uncomparable = ['json', 'xml', 'point', 'box', 'circle', 'polygon'].includes(to.base) && !to.array;
  if (uncomparable && root.dependents.some((one) => one.kind === 'statistics' && one.column === name))
    scene.refuse('0A000', `Extended statistics on ${name} need a type whose values can be ordered.`);
  const change = typeChange(name, from, to, definition.raw_default, scene.catalog, scene.options.timeZone);
  const collation = namesOf(definition.collClause?.collname).at(-1);
  const otherCollation =
    (collation ?? 'default') !==
    (column.collation === null
      ? 'default'
      : (column.collation.split('"')[1] ?? column.collation.split('.').at(-1)));
  for (const member of members) changeMember(scene, member, name, change, otherCollation);
}

/** PostgreSQL 14 has other words for a generated column, and none at all on a partitioned table. */
function typeRefusal(scene: Scene, root: TableInfo, blocker: string): string {
  if (scene.options.major > 14 || !blocker.startsWith('generated column')) return '0A000';
  return root.partitionBy === null ? '42601' : 'XX000';
}

function changeMember(
  scene: Scene,
  table: TableInfo,
  name: string,
  change: TypeChange,
  otherCollation: boolean,
): void {
  const label = labelOf(table);
  if (change.rewrites) {
    scene.rewrite(table);
    scene.note(
      'change-type-rewrites',
      table,
      `Every row of ${label} is written anew, and every index built, while nobody can read or write it.`,
      CHANGE_TYPE,
    );
  }
  for (const index of table.indexes) {
    const use = indexUse(index, name);
    if (change.rewrites || use === null) continue;
    if (use === 'computed' || (use === 'key' && (change.otherOperators || otherCollation))) {
      scene.build(table);
      if (table.partitionBy === null)
        scene.note(
          'change-type-builds-index',
          table,
          `Index ${index.name} is built anew while nobody can read or write ${label}.`,
          CHANGE_TYPE,
        );
    }
  }
  const checks = table.checks.filter((check) => check.validated && check.columns.includes(name));
  const enforced = checks.filter(
    (check) =>
      !table.constraints.some((one) => one.name === check.name && one.definition.endsWith('NOT ENFORCED')),
  );
  if (enforced.length > 0) {
    scene.verify(table);
    if (!change.rewrites)
      scene.note(
        'change-type-scans',
        table,
        `Constraint ${enforced[0]?.name} is checked on every row of ${label} while nobody can read or write it.`,
        CHANGE_TYPE,
      );
  }
  changeKeys(scene, table, name, change.rewrites || change.otherOperators);
}

/** Foreign keys on both sides are made anew: both tables are locked, and checked where another operator compares. */
function changeKeys(scene: Scene, table: TableInfo, name: string, recheck: boolean): void {
  for (const key of table.foreignKeys.filter(({ columns }) => columns.includes(name))) {
    scene.lock(key.references, 'ACCESS EXCLUSIVE');
    if (recheck && key.validated) scene.scanForKey(table);
    note(key.references, key.name);
  }
  for (const key of table.inboundForeignKeys.filter(({ columns }) => columns.includes(name))) {
    const child = scene.info(key.table);
    scene.lock(child, 'ACCESS EXCLUSIVE');
    const own = child.foreignKeys.find((one) => one.name === key.name);
    if (recheck && own?.validated !== false) scene.scanForKey(child);
    note(child, key.name);
  }
  function note(other: { schema: string; name: string }, constraint: string): void {
    scene.note(
      'change-type-locks-partner',
      other,
      `Foreign key ${constraint} is made anew: nobody can use ${labelOf(other)} meanwhile.`,
      CHANGE_TYPE,
    );
  }
}
