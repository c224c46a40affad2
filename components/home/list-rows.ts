import type { Environment, TransitionListItem } from '@/lib/views/transition-view';

export interface ListFilter {
  readonly search: string;
  readonly environment: Environment | null;
  readonly databaseId: string | null;
  readonly group: TransitionListItem['group'] | null;
}

/** The rows that a filter leaves. The search looks at name, tables, database and author, every word of it. */
export function filterRows(
  items: readonly TransitionListItem[],
  filter: ListFilter,
): readonly TransitionListItem[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    if (filter.environment !== null && item.database.environment !== filter.environment) return false;
    if (filter.databaseId !== null && item.database.id !== filter.databaseId) return false;
    if (filter.group !== null && item.group !== filter.group) return false;
    const text = [item.name, ...item.tables, item.database.name, item.author].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export const GROUPS: readonly { readonly group: TransitionListItem['group']; readonly title: string }[] = [
  { group: 'waiting', title: 'Waiting for a person' },
  { group: 'running', title: 'Running' },
  { group: 'ended', title: 'Ended' },
];

/** How many rows each group has. */
export function groupCounts(
  items: readonly TransitionListItem[],
): Record<TransitionListItem['group'], number> {
  const counts = { waiting: 0, running: 0, ended: 0 };
  for (const item of items) counts[item.group] += 1;
  return counts;
}

interface Placed {
  readonly id: string;
  readonly group: TransitionListItem['group'];
}

/**
 * Fresh figures in the rows' old places: rows do not move while a pointer is over them. `waiting` counts the rows that
 * would appear, vanish or change their group.
 */
export function holdRows(
  held: readonly Placed[],
  fresh: readonly TransitionListItem[],
): { readonly rows: readonly TransitionListItem[]; readonly waiting: number } {
  const byId = new Map(fresh.map((item) => [item.id, item]));
  const rows: TransitionListItem[] = [];
  let waiting = fresh.filter((item) => !held.some((place) => place.id === item.id)).length;
  for (const place of held) {
    const item = byId.get(place.id);
    if (item === undefined) {
      waiting += 1;
      continue;
    }
    if (item.group !== place.group) waiting += 1;
    rows.push({ ...item, group: place.group });
  }
  return { rows, waiting };
}
