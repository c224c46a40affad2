import type { Operation } from '@/lib/core/operation';
import type { Arranged } from './arranged';
import { foldColumns } from './fold-columns';
import { foldDrops } from './fold-drops';
import { foldNames } from './fold-names';

/**
 * The operations of a transition as they are compiled: what several of them say of one column, constraint or index becomes one
 * change where that is the same in the end. Those that cannot be brought together stand as they were. Pure.
 */
export function arrange(operations: readonly Operation[], tag: string): Arranged[] {
  const plain = operations.map((operation, index): Arranged => ({ operation, index }));
  return [foldColumns, foldDrops, foldNames].reduce((list, fold) => fold(list, tag), plain);
}
