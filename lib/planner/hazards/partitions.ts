import type { AlterTableCmd, CreateStmt } from 'libpg-query';
import type { TableInfo } from '@/lib/planner/catalog';
import { nodeOf, nodesOf } from '@/lib/sql/ast';
import type { AlterPass } from './alter-pass';
import { lockDefault } from './drops';
import { lockWhole } from './foreign-keys';
import { refuseInTransaction } from './indexes';
import { defaultIsExcluded, isImplied } from './partition-proof';
import { labelOf, type Scene } from './scene';

const rangeOf = (cmd: AlterTableCmd) => nodeOf(cmd.def, 'PartitionCmd');

/** ATTACH PARTITION: the child, and the default partition, are read unless a CHECK says the same as the bounds. */
export function attachPartition(pass: AlterPass): void {
  const { scene, table: parent, cmd } = pass;
  const command = rangeOf(cmd);
  const child = scene.table(command?.name);
  if (scene.parentOf(child) !== null) scene.refuse('42809', `${labelOf(child)} is a partition already.`);
  for (const member of [child, ...child.partitions]) scene.lock(member, 'ACCESS EXCLUSIVE');
  const leaves = [child, ...child.partitions.map((part) => scene.info(part))];
  if (!isImplied(scene, parent, child, command?.bound)) {
    for (const member of leaves) scene.verify(member);
    scene.note(
      'attach-partition-scans',
      child,
      `Every row of ${labelOf(child)} is read while nobody can read or write it.`,
      'Use the operation attach_partition; or add a CHECK that says the same as the bounds, with NOT NULL, and validate it first.',
    );
  }
  const rest = lockDefault(scene, parent, 'ACCESS EXCLUSIVE');
  if (rest !== null && !defaultIsExcluded(parent, rest, command?.bound)) {
    scene.verify(rest);
    scene.note(
      'attach-partition-scans',
      rest,
      `Every row of the default partition ${labelOf(rest)} is read while nobody can read or write it.`,
      'Use the operation attach_partition; or add a validated CHECK to the default partition that excludes the new bounds.',
    );
  }
  if (parent.indexes.some((index) => !child.indexes.some((own) => serves(own, index)))) {
    for (const member of leaves) scene.build(member);
    scene.note(
      'attach-partition-builds',
      child,
      `Indexes that ${labelOf(parent)} has are built on ${labelOf(child)} while nobody can read or write it.`,
      'Create the same indexes, and constraints with them, on the table first.',
    );
  }
  joinKeys(scene, parent, 'SHARE ROW EXCLUSIVE');
  for (const key of parent.foreignKeys)
    if (
      !child.foreignKeys.some(
        (own) =>
          own.columns.join() === key.columns.join() && labelOf(own.references) === labelOf(key.references),
      )
    )
      for (const member of leaves) scene.scanForKey(member);
}

const serves = (own: TableInfo['indexes'][number], index: TableInfo['indexes'][number]): boolean =>
  own.method === index.method &&
  own.unique === index.unique &&
  (index.constraint === null || own.constraint !== null) &&
  (own.predicate ?? '') === (index.predicate ?? '') &&
  JSON.stringify(own.columns) === JSON.stringify(index.columns);

/** Foreign keys of a partitioned table, on both sides, reach to its new partition. */
function joinKeys(scene: Scene, parent: TableInfo, mode: 'SHARE ROW EXCLUSIVE'): void {
  for (const key of parent.foreignKeys) lockWhole(scene, key.references, mode);
  // PostgreSQL 14 makes nothing on the tables that reference it.
  if (scene.options.major >= 15)
    for (const key of parent.inboundForeignKeys) lockWhole(scene, key.table, mode);
}

/** DETACH PARTITION. */
export function detachPartition(pass: AlterPass): void {
  const { scene, table: parent, cmd } = pass;
  const command = rangeOf(cmd);
  const child = scene.table(command?.name);
  if (child.kind !== 'other' && scene.parentOf(child) !== parent)
    scene.refuse('42P01', `${labelOf(child)} is no partition of ${labelOf(parent)}.`);
  if (command?.concurrent === true) {
    refuseInTransaction(scene, parent, 'DETACH PARTITION … CONCURRENTLY');
    if (
      parent.partitions.some((part) => part.bound === 'DEFAULT' && labelOf(part.parent) === labelOf(parent))
    )
      scene.refuse(
        '55000',
        'A partition cannot be detached concurrently while there is a default partition.',
      );
    scene.lock(child, 'ACCESS EXCLUSIVE');
    return;
  }
  lockDefault(scene, parent, 'ACCESS EXCLUSIVE');
  for (const member of [child, ...child.partitions]) scene.lock(member, 'ACCESS EXCLUSIVE');
  for (const key of parent.foreignKeys) lockWhole(scene, key.references, 'SHARE ROW EXCLUSIVE');
  for (const key of parent.inboundForeignKeys) scene.lock(key.table, 'ACCESS EXCLUSIVE');
  scene.note(
    'detach-partition-blocks',
    parent,
    `Queries on ${labelOf(parent)} wait while this waits for its lock.`,
    'DETACH PARTITION … CONCURRENTLY, outside a transaction; or the operation detach_partition.',
  );
}

/** CREATE TABLE, with what it takes from tables that are there. */
export function createTable(scene: Scene, statement: CreateStmt): void {
  const name = scene.place(statement.relation?.schemaname, statement.relation?.relname ?? '');
  if (scene.find(name) !== null) {
    if (statement.if_not_exists === true) return;
    scene.refuse('42P07', `There is a relation ${labelOf(name)} already.`);
  }
  const parents = nodesOf(statement.inhRelations, 'RangeVar').map((parent) => scene.table(parent));
  for (const parent of parents) {
    if (statement.partbound === undefined) {
      scene.lock(parent, 'SHARE UPDATE EXCLUSIVE');
      continue;
    }
    scene.lock(parent, 'ACCESS EXCLUSIVE');
    const rest = lockDefault(scene, parent, 'ACCESS EXCLUSIVE');
    const reads = rest !== null && !defaultIsExcluded(parent, rest, statement.partbound);
    if (reads) scene.verify(rest);
    joinKeys(scene, parent, 'SHARE ROW EXCLUSIVE');
    scene.note(
      'create-partition-blocks',
      parent,
      `Queries on ${labelOf(parent)} and all its partitions wait while this waits for its lock${reads ? ', and every row of the default partition is read' : ''}.`,
      'CREATE TABLE … (LIKE …) and ATTACH PARTITION; or the operation attach_partition.',
      reads ? 'error' : 'warning',
    );
  }
  const constraints = nodesOf(statement.tableElts, 'ColumnDef').flatMap((column) =>
    nodesOf(column.constraints, 'Constraint'),
  );
  for (const constraint of [...constraints, ...nodesOf(statement.tableElts, 'Constraint')]) {
    if (constraint.contype !== 'CONSTR_FOREIGN') continue;
    const parent = constraint.pktable;
    if ((parent?.schemaname ?? name.schema) === name.schema && parent?.relname === name.name) continue;
    const referenced = scene.table(parent);
    lockWhole(scene, referenced, 'SHARE ROW EXCLUSIVE');
    scene.note(
      'foreign-key-locks',
      referenced,
      `Nobody can write ${labelOf(referenced)} while its part of the foreign key is made.`,
      null,
    );
  }
}
