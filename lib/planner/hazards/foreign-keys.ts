import type { Constraint } from 'libpg-query';
import type { LockMode } from '@/lib/core/plan';
import type { RelationName } from '@/lib/core/sql-text';
import type { ForeignKey, TableInfo } from '@/lib/planner/catalog';
import { namesOf, nodeOf } from '@/lib/sql/ast';
import { KEY_ACTIONS } from '../memory-catalog/constraint-parts';
import type { AlterPass } from './alter-pass';
import type { RuleName } from './rules';
import { labelOf, type Scene } from './scene';
import { isUnknown } from './unknown-table';

const ADD_KEY =
  'Use the operation add_foreign_key; or add it with NOT VALID and VALIDATE it in a transaction of its own.';

/** Locks a table and its partitions. */
export function lockWhole(scene: Scene, name: RelationName, mode: LockMode): void {
  scene.lock(name, mode);
  for (const part of scene.info(name).partitions) scene.lock(part, mode);
}

/** ADD FOREIGN KEY, or REFERENCES of a new column. `validates`: existing rows have values to look up. */
export function addForeignKey(
  pass: AlterPass,
  constraint: Constraint,
  rule: RuleName,
  validates: boolean,
): void {
  const { scene, table } = pass;
  const parent = scene.table(constraint.pktable);
  const columns = namesOf(constraint.pk_attrs);
  if (
    !isUnknown(parent) &&
    !hasUnique(parent, columns.length > 0 ? columns : parent.primaryKey, pass.dropped)
  )
    scene.refuse(
      '42830',
      `No unique constraint of ${labelOf(parent)} matches the columns that are referenced.`,
    );
  lockWhole(scene, parent, 'SHARE ROW EXCLUSIVE');
  if (labelOf(parent) !== labelOf(table))
    scene.note(
      'foreign-key-locks',
      parent,
      `Nobody can write ${labelOf(parent)} while its part of the foreign key is made.`,
      'SET lock_timeout before it and try again when it fails.',
    );
  if (!validates) return;
  const partitions = table.partitions.map((part) => scene.info(part));
  // Where the whole table has the same key, theirs are parts of that one.
  const own = hasSameKey(table, parent, constraint) ? [] : partitions;
  const keyed = new Set(own.filter((member) => hasSameKey(member, parent, constraint)));
  // A partition's own key becomes part of the new one, and its triggers on the referenced table go.
  if (keyed.size > 0) lockWhole(scene, parent, 'ACCESS EXCLUSIVE');
  const unproven = [table, ...partitions].filter((member) => !keyed.has(member));
  if (keyed.size > 0 && unproven.every(({ partitionBy }) => partitionBy !== null)) return;
  for (const member of unproven) scene.scanForKey(member);
  scene.note(
    rule,
    table,
    `Every row of ${labelOf(table)} is looked up in ${labelOf(parent)} while nobody can write either${pass.mode === 'ACCESS EXCLUSIVE' ? `, or read ${labelOf(table)}` : ''}.`,
    ADD_KEY,
  );
}

/** A validated key of a table that says what the new one will: it spares looking the rows up. */
function hasSameKey(table: TableInfo, parent: TableInfo, constraint: Constraint): boolean {
  const [columns, named] = [namesOf(constraint.fk_attrs), namesOf(constraint.pk_attrs)];
  const referenced = named.length > 0 ? named : parent.primaryKey;
  return table.foreignKeys.some(
    (key) =>
      key.validated &&
      key.enforced &&
      labelOf(key.references) === labelOf(parent) &&
      key.columns.join('\n') === columns.join('\n') &&
      key.referencedColumns.join('\n') === referenced.join('\n') &&
      key.onUpdate === KEY_ACTIONS[constraint.fk_upd_action ?? 'a'] &&
      key.onDelete === KEY_ACTIONS[constraint.fk_del_action ?? 'a'] &&
      key.deferrable === (constraint.deferrable ?? false) &&
      key.initiallyDeferred === (constraint.initdeferred ?? false),
  );
}

function hasUnique(parent: TableInfo, columns: readonly string[], dropped: ReadonlySet<string>): boolean {
  const wanted = [...columns].sort().join('\n');
  return parent.indexes.some(
    (index) =>
      index.unique &&
      index.predicate === null &&
      index.valid &&
      !(index.constraint !== null && dropped.has(index.constraint)) &&
      index.columns
        .map(({ name }) => name ?? '')
        .sort()
        .join('\n') === wanted,
  );
}

/** ADD CONSTRAINT … FOREIGN KEY. */
export function addForeignKeyConstraint(pass: AlterPass, constraint: Constraint): void {
  const { scene, table } = pass;
  pass.descendToPartitions(pass.mode);
  const lazy = constraint.skip_validation === true;
  if (lazy && table.partitionBy !== null && scene.options.major < 18)
    scene.refuse('42809', 'A foreign key of a partitioned table cannot be NOT VALID before PostgreSQL 18.');
  const parent = scene.table(constraint.pktable);
  if (constraint.is_enforced !== true && table.partitionBy !== null) {
    const columns = namesOf(constraint.fk_attrs).join();
    const same = table.foreignKeys.find(
      (key) => key.columns.join() === columns && labelOf(key.references) === labelOf(parent),
    );
    if (same !== undefined) scene.refuse('42P17', `It conflicts with ${same.name}, which is enforced.`);
  }
  addForeignKey(pass, constraint, 'add-foreign-key', !lazy);
}

/** ALTER CONSTRAINT. */
export function alterConstraint(pass: AlterPass): void {
  const { scene, table, cmd } = pass;
  const change = nodeOf(cmd.def, 'ATAlterConstraint');
  const key = table.foreignKeys.find(({ name }) => name === change?.conname);
  if (key === undefined) {
    if (!isUnknown(table))
      scene.refuse('42704', `Table ${labelOf(table)} has no foreign key ${change?.conname}.`);
    return;
  }
  if (change?.alterEnforceability !== true) return;
  const enforced = isEnforced(table, key);
  if (change.is_enforced === true && !enforced) {
    lockWhole(scene, key.references, 'SHARE ROW EXCLUSIVE');
    scene.scanForKey(table);
    scene.note(
      'enforce-foreign-key',
      table,
      `Every row of ${labelOf(table)} is looked up while nobody can read or write it.`,
      'Drop the foreign key and add it with NOT VALID; then VALIDATE it.',
    );
  } else if (change.is_enforced !== true && enforced) lockWhole(scene, key.references, 'ACCESS EXCLUSIVE');
}

const isEnforced = (table: TableInfo, key: ForeignKey): boolean =>
  table.constraints.find(({ name }) => name === key.name)?.definition.endsWith('NOT ENFORCED') !== true;
