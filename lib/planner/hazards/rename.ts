import type { AlterObjectSchemaStmt, RenameStmt } from 'libpg-query';
import { columnOf, isInherited } from './column-facts';
import { labelOf, type Scene } from './scene';

/** RENAME of every kind. */
export function rename(scene: Scene, statement: RenameStmt): void {
  if (
    statement.renameType === 'OBJECT_TYPE' ||
    statement.renameType === 'OBJECT_INDEX' ||
    statement.relation === undefined
  )
    return;
  if (statement.renameType === 'OBJECT_SEQUENCE' || statement.renameType === 'OBJECT_SCHEMA') return;
  if (statement.missing_ok === true && scene.options.complete === true) {
    const { schemaname, relname } = statement.relation;
    if (scene.find(scene.place(schemaname, relname ?? '')) === null) return;
  }
  const table = scene.table(statement.relation);
  scene.lock(table, 'ACCESS EXCLUSIVE');
  if (statement.renameType === 'OBJECT_COLUMN') {
    const name = statement.subname ?? '';
    columnOf(scene, table, name);
    if (isInherited(scene, table, name)) scene.refuse('42P16', `Column ${name} is inherited.`);
    for (const member of scene.below(table)) scene.lock(member, 'ACCESS EXCLUSIVE');
    scene.note(
      'rename-column',
      table,
      `Code that names ${name} of ${labelOf(table)} fails from that moment.`,
      `Use the operation rename_column: both names work until the old one is gone.`,
    );
  }
  if (statement.renameType === 'OBJECT_TABCONSTRAINT') {
    const found = table.constraints.find(({ name }) => name === statement.subname);
    if (found?.type === 'check')
      for (const member of scene.below(table)) scene.lock(member, 'ACCESS EXCLUSIVE');
  }
  if (
    statement.renameType === 'OBJECT_TABLE' ||
    statement.renameType === 'OBJECT_VIEW' ||
    statement.renameType === 'OBJECT_MATVIEW'
  )
    scene.note(
      'rename-table',
      table,
      `Code that names ${labelOf(table)} fails from that moment.`,
      'Use the operation rename_table: a view keeps the old name.',
    );
}

/** SET SCHEMA. */
export function setSchema(scene: Scene, statement: AlterObjectSchemaStmt): void {
  if (statement.relation === undefined || statement.objectType === 'OBJECT_SEQUENCE') return;
  const table = scene.table(statement.relation);
  scene.lock(table, 'ACCESS EXCLUSIVE');
  scene.note(
    'rename-table',
    table,
    `Code that names ${labelOf(table)} with its schema fails from that moment.`,
    'In the same transaction, CREATE VIEW with the old name over it.',
  );
}
