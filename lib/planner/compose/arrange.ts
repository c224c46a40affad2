import type { Operation } from '@/lib/core/operation';
import type { Catalog } from '../catalog';
import type { Arranged } from './arranged';
import { foldBeforeMoves } from './fold-before-moves';
import { foldColumns } from './fold-columns';
import { foldDrops } from './fold-drops';
import { foldFamilies, foldLinks } from './fold-families';
import { foldLateTables } from './fold-late-tables';
import { foldNames } from './fold-names';
import { foldRenamedTables } from './fold-renamed-tables';

/**
 * The operations of a transition as they are compiled: what several of them say of one column, constraint or index becomes one
 * change where that is the same in the end. Those that cannot be brought together stand as they were. Pure.
 */
export function arrange(operations: readonly Operation[], tag: string, catalog: Catalog): Arranged[] {
  const plain = operations.map((operation, index): Arranged => ({ operation, index }));
  const { list, links } = foldLinks(foldDrops(foldRenamedTables(plain)), catalog);
  const columns = foldFamilies({ list: foldColumns(list, tag), links }, catalog);
  return foldLateTables(foldBeforeMoves(foldNames(columns, tag)));
}
