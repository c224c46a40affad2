import type { AlterPass } from './alter-pass';
import { columnOf } from './column-facts';
import { labelOf } from './scene';

/** SET EXPRESSION: stored values are all computed anew. */
export function setExpression(pass: AlterPass): void {
  const { scene, table, cmd } = pass;
  const column = columnOf(scene, table, cmd.name ?? '');
  if (column !== null && column.generated === null)
    scene.refuse('55000', `Column ${column.name} is not generated.`);
  pass.descend();
  if (column?.generated === 'virtual') {
    if (table.checks.length > 0)
      scene.refuse('0A000', 'A virtual column of a table with a CHECK cannot change its expression.');
    return;
  }
  for (const member of pass.members) scene.rewrite(member);
  scene.note(
    'set-expression-rewrites',
    table,
    `Every row of ${labelOf(table)} is written anew while nobody can read or write it.`,
    'Add a generated column with the new expression beside it: the operation add_generated_column.',
  );
}

/** DROP EXPRESSION: the values stay as they are. */
export function dropExpression(pass: AlterPass): void {
  const { scene, table, cmd } = pass;
  const column = columnOf(scene, table, cmd.name ?? '');
  if (table.children.length > 0)
    scene.refuse('0A000', `The expression of a column that ${labelOf(table)} hands down cannot be dropped.`);
  pass.descend();
  if (column === null || column.generated === 'stored') return;
  if (column.generated === 'virtual')
    scene.refuse('0A000', `Column ${column.name} is virtual: it has no values to keep.`);
  if (cmd.missing_ok !== true) scene.refuse('55000', `Column ${column.name} is not generated.`);
}
