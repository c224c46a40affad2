import { relationLabel } from '../plan-parts';
import type { Arranged } from './arranged';
import { keyLabel, keysOfNewTable, madeKey } from './referenced-keys';

/**
 * A new table whose foreign key rests on a key that the transition makes comes after it, in Sync; and with it whatever is about that
 * table.
 */
export function foldLateTables(list: Arranged[]): Arranged[] {
  const made = new Set(list.flatMap(({ operation }) => madeKey(operation) ?? []));
  if (made.size === 0) return list;
  const late = new Set<string>();
  const isLate = ({ operation }: Arranged): boolean => {
    if (operation.kind === 'free_sql')
      return [...late].some((label) => operation.tables?.some((table) => relationLabel(table) === label));
    const own = keysOfNewTable(operation).some(
      ({ table, columns }) => late.has(relationLabel(table)) || made.has(keyLabel(table, columns)),
    );
    const about = [
      ...('table' in operation ? [operation.table] : []),
      ...('references' in operation ? [operation.references] : []),
    ];
    return own || about.some((table) => late.has(relationLabel(table)));
  };
  // One table may rest on another late one that stands before or behind it.
  for (let known = -1; known < late.size; ) {
    known = late.size;
    for (const each of list)
      if (each.operation.kind === 'create_table' && isLate(each))
        late.add(relationLabel(each.operation.table));
  }
  const behind = list.filter(isLate);
  return [...list.filter((each) => !behind.includes(each)), ...behind.map(inSync)];
}

function inSync(arranged: Arranged): Arranged {
  const { operation } = arranged;
  if (operation.kind === 'create_table') return { ...arranged, notBefore: 'dual_write' };
  return operation.kind === 'free_sql' && operation.phase === 'expand'
    ? { ...arranged, operation: { ...operation, phase: 'dual_write' } }
    : arranged;
}
