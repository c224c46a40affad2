'use client';

import { Search, X } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { classNames } from '@/components/ui/class-names';
import { Input, Select } from '@/components/ui/input';
import type { DatabaseRef, TransitionListItem } from '@/lib/views/transition-view';
import { GROUPS } from './list-rows';
import type { ListFilterState } from './use-list-filter';

/** Search and filters; all of it in the URL, so that a view can be sent to somebody. */
export function ListFilters(props: {
  readonly filter: ListFilterState;
  readonly counts: Record<TransitionListItem['group'], number>;
  readonly databases: readonly DatabaseRef[];
}) {
  const { filter, counts, databases } = props;
  const { values, set } = filter;
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <fieldset className="flex rounded-md border bg-surface p-0.5">
        <legend className="sr-only">Show</legend>
        {GROUPS.map(({ group, title }) => (
          <button
            key={group}
            type="button"
            aria-pressed={values.group === group}
            onClick={() => set({ group: values.group === group ? null : group })}
            className={classNames(
              'h-8 rounded-sm px-2.5 text-sm font-medium whitespace-nowrap transition-colors duration-150',
              values.group === group ? 'bg-sunken text-ink' : 'text-ink-2 hover:text-ink',
            )}
          >
            <span className="sm:hidden">{title.split(' ')[0]}</span>
            <span className="hidden sm:inline">{title}</span>{' '}
            <span className="text-ink-3 tabular">{counts[group]}</span>
          </button>
        ))}
      </fieldset>
      <div className="relative min-w-0 flex-1 basis-full md:basis-[180px]">
        <Search aria-hidden size={14} className="absolute top-1/2 left-3 -translate-y-1/2 text-ink-3" />
        <Input
          type="search"
          aria-label="Search transitions"
          placeholder="Search name, table, database"
          value={values.search}
          onChange={(event) => set({ q: event.target.value })}
          className="pl-8"
        />
      </div>
      <Select
        aria-label="Environment"
        value={values.environment ?? ''}
        onChange={(event) => set({ env: event.target.value })}
        className="w-[164px] max-md:flex-1"
      >
        <option value="">Any environment</option>
        <option value="production">Production</option>
        <option value="staging">Staging</option>
        <option value="development">Development</option>
      </Select>
      <Select
        aria-label="Database"
        value={values.databaseId ?? ''}
        onChange={(event) => set({ db: event.target.value })}
        className="w-[164px] max-md:flex-1"
      >
        <option value="">Any database</option>
        {databases.map((database) => (
          <option key={database.id} value={database.id}>
            {database.name}
          </option>
        ))}
      </Select>
      {filter.active ? (
        <Button variant="quiet" onClick={filter.clear}>
          <X aria-hidden size={14} /> Clear
        </Button>
      ) : null}
    </search>
  );
}
