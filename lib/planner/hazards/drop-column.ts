import type { AlterPass } from './alter-pass';
import { columnOf, isInherited } from './column-facts';
import { dropKey } from './constraints';
import { lockReaders } from './drops';
import { lockWhole } from './foreign-keys';
import { labelOf } from './scene';

const BLOCKING = new Set([
  'view',
  'materialized view',
  'rule',
  'policy',
  'trigger',
  'generated column',
  'publication',
]);

/** DROP COLUMN with all that hangs on it. */
export function dropColumn(pass: AlterPass): void {
  const { scene, table, cmd } = pass;
  const name = cmd.name ?? '';
  if (cmd.missing_ok === true && !table.columns.some((column) => column.name === name)) return;
  columnOf(scene, table, name);
  if (table.partitionBy !== null && table.partitionKey.includes(name))
    scene.refuse('42P16', `Column ${name} is part of the partition key.`);
  if (isInherited(scene, table, name)) scene.refuse('42P16', `Column ${name} is inherited.`);
  if (!pass.recurse && table.partitionBy !== null)
    scene.refuse('42P16', 'The column must be dropped from the partitions too.');
  pass.descend();
  scene.note(
    'drop-column',
    table,
    `Code that still names ${name} of ${labelOf(table)} fails at once, and its values are gone.`,
    'Use the operation drop_column: code stops using it, it is renamed away and dropped after a time in which it can come back.',
  );
  const cascade = cmd.behavior === 'DROP_CASCADE';
  for (const member of pass.members) {
    const dependents = member.dependents.filter(
      // PostgreSQL 14 drops a generated column with the one that it is computed from.
      (one) =>
        one.column === name &&
        BLOCKING.has(one.kind) &&
        !(scene.options.major === 14 && one.kind === 'generated column'),
    );
    const [first] = dependents;
    if (first !== undefined && !cascade) scene.refuse('2BP01', `${first.kind} ${first.name} uses ${name}.`);
    const views = new Set(dependents.filter(({ kind }) => kind.endsWith('view')).map((one) => one.name));
    for (const view of scene.readers(member)) {
      if (!views.has(view.name)) continue;
      scene.lock(view, 'ACCESS EXCLUSIVE');
      lockReaders(scene, view);
    }
    for (const key of member.foreignKeys.filter(({ columns }) => columns.includes(name)))
      lockWhole(scene, key.references, 'ACCESS EXCLUSIVE');
    for (const index of member.indexes.filter(
      (one) => one.unique && one.columns.some((key) => key.name === name),
    ))
      dropKey({ scene, table: member, cmd }, index.name);
  }
}
