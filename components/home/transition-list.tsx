'use client';

import { useState } from 'react';
import { useTransitionList } from '@/components/data/use-transition-list';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import type { DatabaseRef, TransitionListItem } from '@/lib/views/transition-view';
import { ListFilters } from './list-filters';
import { filterRows, GROUPS, groupCounts, holdRows } from './list-rows';
import { PauseEverything } from './pause-everything';
import { TransitionRow } from './transition-row';
import { useListFilter } from './use-list-filter';
import { useRowKeys } from './use-row-keys';

/** All transitions in three groups. While the pointer is over the list, rows keep their places. */
export function TransitionList(props: {
  readonly initial: readonly TransitionListItem[];
  readonly databases: readonly DatabaseRef[];
}) {
  const fresh = useTransitionList(props.initial);
  const filter = useListFilter();
  const [held, setHeld] = useState<readonly Pick<TransitionListItem, 'id' | 'group'>[] | null>(null);
  useRowKeys();

  const place = () => fresh.map(({ id, group }) => ({ id, group }));
  const { rows, waiting } = held === null ? { rows: fresh, waiting: 0 } : holdRows(held, fresh);
  const ungrouped = filterRows(rows, { ...filter.values, group: null });
  const shown = filterRows(rows, filter.values);

  return (
    <>
      <div className="mb-2 flex flex-wrap justify-end gap-2 empty:hidden">
        <PauseEverything items={fresh} />
      </div>
      <ListFilters filter={filter} counts={groupCounts(ungrouped)} databases={props.databases} />
      {waiting > 0 ? (
        <div className="sticky top-2 z-10 mb-2 flex justify-center">
          <Button size="sm" onClick={() => setHeld(place())}>
            {waiting} {waiting === 1 ? 'row has' : 'rows have'} changed place: update the list
          </Button>
        </div>
      ) : null}
      <div className="space-y-6" onPointerEnter={() => setHeld(place())} onPointerLeave={() => setHeld(null)}>
        {GROUPS.map(({ group, title }) => {
          const items = shown.filter((item) => item.group === group);
          if (items.length === 0) return null;
          return (
            <section key={group} aria-labelledby={`group-${group}`}>
              <h2 id={`group-${group}`} className="mb-2 flex items-baseline gap-2 font-semibold">
                {title} <span className="font-normal text-ink-3 tabular">{items.length}</span>
              </h2>
              <ul className="rounded-lg border bg-surface">
                {items.map((item) => (
                  <TransitionRow key={item.id} item={item} />
                ))}
              </ul>
            </section>
          );
        })}
        {shown.length === 0 ? (
          <EmptyState
            title="No transition fits this filter"
            actions={<Button onClick={filter.clear}>Clear the filter</Button>}
          >
            There are {fresh.length} in all.
          </EmptyState>
        ) : null}
      </div>
    </>
  );
}
