import type { DropStmt } from 'libpg-query';
import type { RelationName } from '@/lib/core/sql-text';
import type { TableInfo } from '@/lib/planner/catalog';
import { namesOf, nodeOf } from '@/lib/sql/ast';
import { lockWhole } from './foreign-keys';
import { dropIndex } from './indexes';
import { labelOf, type Scene } from './scene';
import { domainOf } from './type-names';

/** Locks what reads a relation, and what reads that. */
export function lockReaders(scene: Scene, relation: RelationName): void {
  for (const view of scene.readers(relation)) {
    scene.lock(view, 'ACCESS EXCLUSIVE');
    scene.note(
      'drop-view',
      view,
      `${labelOf(view)} goes too.`,
      'Drop or replace it first, when no code reads it.',
    );
    lockReaders(scene, view);
  }
}

/** A name as DROP takes it. */
function nameOf(scene: Scene, object: unknown): RelationName {
  const parts = namesOf(nodeOf(object, 'List')?.items ?? nodeOf(object, 'TypeName')?.names);
  return scene.place(parts.length > 1 ? parts.at(-2) : undefined, parts.at(-1) ?? '');
}

/** DROP of every kind. */
export function drop(scene: Scene, statement: DropStmt): void {
  DROPPERS[statement.removeType ?? '']?.(scene, statement);
}

type Dropper = (scene: Scene, statement: DropStmt) => void;

const each =
  (one: (scene: Scene, statement: DropStmt, object: unknown) => void): Dropper =>
  (scene, statement) => {
    for (const object of statement.objects ?? []) one(scene, statement, object);
  };

const dropType = each(dropOneType);

const DROPPERS: Readonly<Record<string, Dropper>> = {
  OBJECT_TABLE: dropRelations,
  OBJECT_VIEW: dropRelations,
  OBJECT_MATVIEW: dropRelations,
  OBJECT_INDEX: each((scene, statement, object) => dropIndex(scene, nameOf(scene, object), statement)),
  OBJECT_TRIGGER: each(dropPart),
  OBJECT_RULE: each(dropPart),
  OBJECT_POLICY: each(dropPart),
  OBJECT_STATISTIC_EXT: each(dropStatistics),
  OBJECT_TYPE: dropType,
  OBJECT_DOMAIN: dropType,
};

function dropStatistics(scene: Scene, _: DropStmt, object: unknown): void {
  const { name } = nameOf(scene, object);
  const table = scene.catalog.tables.find(({ dependents }) =>
    dependents.some((one) => one.kind === 'statistics' && one.name === name),
  );
  if (table !== undefined) scene.lock(table, 'SHARE UPDATE EXCLUSIVE');
}

function dropRelations(scene: Scene, statement: DropStmt): void {
  const cascade = statement.behavior === 'DROP_CASCADE';
  const wanted: TableInfo[] = [];
  for (const object of statement.objects ?? []) {
    const name = nameOf(scene, object);
    if (statement.missing_ok === true && scene.find(name) === null && scene.options.complete === true)
      continue;
    wanted.push(scene.table({ schemaname: name.schema, relname: name.name }));
  }
  const gone = new Set(wanted.flatMap((table) => [table, ...table.partitions]).map(labelOf));
  for (const table of wanted) dropRelation(scene, table, gone, cascade, true);
}

function dropRelation(
  scene: Scene,
  table: TableInfo,
  gone: ReadonlySet<string>,
  cascade: boolean,
  named: boolean,
): void {
  scene.lock(table, 'ACCESS EXCLUSIVE');
  if (named) noteDrop(scene, table);
  const stuck = (what: string): void => {
    if (!cascade) scene.refuse('2BP01', `${what} depends on ${labelOf(table)}.`);
  };
  const parent = scene.parentOf(table);
  if (parent !== null && named) {
    scene.lock(parent, 'ACCESS EXCLUSIVE');
    lockDefault(scene, parent, 'ACCESS EXCLUSIVE');
  }
  for (const view of scene.readers(table)) if (!gone.has(labelOf(view))) stuck(`View ${labelOf(view)}`);
  lockReaders(scene, table);
  for (const child of table.children) {
    if (!gone.has(labelOf(child))) stuck(`Table ${labelOf(child)}`);
    scene.lock(child, 'ACCESS EXCLUSIVE');
  }
  for (const key of table.inboundForeignKeys) {
    if (gone.has(labelOf(key.table))) continue;
    stuck(`Foreign key ${key.name} of ${labelOf(key.table)}`);
    lockWhole(scene, key.table, 'ACCESS EXCLUSIVE');
  }
  for (const key of table.foreignKeys) {
    if (gone.has(labelOf(key.references))) continue;
    // PostgreSQL 14 has the triggers on the partitions alone, which have keys of their own here.
    if (scene.options.major === 14 && scene.info(key.references).partitionBy !== null) continue;
    scene.lock(key.references, 'ACCESS EXCLUSIVE');
    scene.note(
      'drop-table-locks-partner',
      key.references,
      `Nobody can use ${labelOf(key.references)} while the foreign key to it goes.`,
      'Drop the foreign keys first, one at a time.',
    );
  }
  for (const part of table.partitions) {
    const info = scene.info(part);
    scene.lock(info, 'ACCESS EXCLUSIVE');
    for (const view of scene.readers(info)) stuck(`View ${labelOf(view)}`);
    lockReaders(scene, info);
  }
}

function noteDrop(scene: Scene, table: TableInfo): void {
  const view = table.kind === 'view' || table.kind === 'materialized view';
  if (view)
    scene.note(
      'drop-view',
      table,
      `Code that still reads ${labelOf(table)} fails at once.`,
      'Deploy code that does not use it first.',
    );
  else
    scene.note(
      'drop-table',
      table,
      `Code that still uses ${labelOf(table)} fails at once, and its rows are gone.`,
      'Use the operation drop_table: it is renamed away and dropped after a time in which it can come back.',
    );
}

/** Locks the default partition of a partitioned table, if it has one. */
export function lockDefault(scene: Scene, parent: TableInfo, mode: 'ACCESS EXCLUSIVE'): TableInfo | null {
  const found = parent.partitions.find(
    (part) => part.bound === 'DEFAULT' && labelOf(part.parent) === labelOf(parent),
  );
  if (found === undefined) return null;
  scene.lock(found, mode);
  return scene.info(found);
}

/** Triggers, rules and policies: the last part is theirs, the rest the table's. */
function dropPart(scene: Scene, statement: DropStmt, object: unknown): void {
  const parts = namesOf(nodeOf(object, 'List')?.items);
  const name = parts.at(-1) ?? '';
  const table = scene.table({
    relname: parts.at(-2) ?? '',
    ...(parts.length > 2 ? { schemaname: parts[0] ?? 'public' } : {}),
  });
  const trigger = table.triggers.find((one) => one.name === name);
  const isTrigger = statement.removeType === 'OBJECT_TRIGGER';
  // Segue's own triggers stand in no catalog.
  if (isTrigger && trigger === undefined && table.kind !== 'other' && scene.options.complete === true) {
    if (statement.missing_ok === true) return;
    scene.refuse('42704', `Table ${labelOf(table)} has no trigger ${name}.`);
  }
  // Each partition has the row triggers too, and nothing else of this.
  if (isTrigger && trigger?.row !== false) lockWhole(scene, table, 'ACCESS EXCLUSIVE');
  else scene.lock(table, 'ACCESS EXCLUSIVE');
}

function dropOneType(scene: Scene, statement: DropStmt, object: unknown): void {
  const name = nameOf(scene, object);
  const label = labelOf(name);
  const known = domainOf(label, scene.catalog) ?? scene.catalog.enums.find((one) => labelOf(one) === label);
  if (known === undefined) return;
  const users = scene.catalog.tables.filter((table) =>
    table.columns.some(({ type }) => type === label || type === `${label}[]`),
  );
  if (users.length > 0 && statement.behavior !== 'DROP_CASCADE')
    scene.refuse('2BP01', `Columns of ${users.map(labelOf).join(', ')} have the type ${label}.`);
  for (const table of users) {
    scene.lock(table, 'ACCESS EXCLUSIVE');
    scene.note(
      'drop-column',
      table,
      `The columns of type ${label} go with it.`,
      'Change their type first: the operation change_type.',
    );
  }
}
