import type { RangeVar } from 'libpg-query';
import { lockTree } from './objects';
import { labelOf, type Scene } from './scene';

/** INSERT, UPDATE, DELETE and MERGE: writers do not make each other wait, but rows stay locked. */
export function changeData(scene: Scene, kind: string, node: Record<string, unknown>): void {
  const relation = node.relation as RangeVar | undefined;
  if (kind === 'InsertStmt') {
    scene.lock(scene.table(relation), 'ROW EXCLUSIVE');
    return;
  }
  const table = lockTree(scene, relation, 'ROW EXCLUSIVE');
  if (kind === 'MergeStmt') return;
  const what = kind === 'UpdateStmt' ? 'changes' : 'deletes';
  scene.note(
    'data-change',
    table,
    `It ${what} rows of ${labelOf(table)} in one transaction: they stay locked until it ends.`,
    kind === 'UpdateStmt'
      ? 'Give the values to the operation that needs them: it fills rows in batches.'
      : 'Delete in batches.',
  );
}
