'use client';

import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { useTable, useTables } from '@/components/data/use-catalog';
import { tableInWords } from '@/components/plan/operation-words';
import { classNames } from '@/components/ui/class-names';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { bytes, count } from '@/components/ui/number-words';
import { Skeleton } from '@/components/ui/skeleton';
import { Cell, HeadCell, Table } from '@/components/ui/table';
import type { RelationName } from '@/lib/core/sql-text';

function Columns({ databaseId, table }: { readonly databaseId: string; readonly table: RelationName }) {
  const { data, error } = useTable(databaseId, table);
  if (error !== null) return <p className="px-4 py-3 text-sm text-failed">{error.message}</p>;
  if (data === undefined) return <Skeleton className="m-4 h-24" />;
  return (
    <div className="border-t bg-canvas px-1">
      <Table label={`Columns of ${tableInWords(table)}`}>
        <thead>
          <tr>
            <HeadCell>Column</HeadCell>
            <HeadCell>Type</HeadCell>
            <HeadCell>Rules</HeadCell>
            <HeadCell>What hangs on it</HeadCell>
          </tr>
        </thead>
        <tbody>
          {data.columns.map((column) => (
            <tr key={column.name}>
              <Cell className="font-mono text-sm font-medium break-all">{column.name}</Cell>
              <Cell className="font-mono text-sm">{column.type}</Cell>
              <Cell className="text-sm text-ink-2">
                {[
                  column.primaryKey ? 'key' : '',
                  column.notNull ? 'NOT NULL' : '',
                  column.default === null ? '' : `default ${column.default}`,
                  column.generated ? 'generated' : '',
                ]
                  .filter(Boolean)
                  .join(', ')}
              </Cell>
              <Cell className="text-sm break-words text-ink-2">
                {[...column.indexes, ...column.constraints, ...column.dependents].join(', ')}
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

/** The tables of a database from its live catalog; a click opens the columns. */
export function TableList({ databaseId }: { readonly databaseId: string }) {
  const { data, error } = useTables(databaseId);
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  if (error !== null) {
    return (
      <Notice tone="failed" title="The tables cannot be read.">
        {error.message}
      </Notice>
    );
  }
  if (data === undefined) return <Skeleton className="h-40" />;
  if (data.length === 0) return <p className="text-ink-2">This database has no tables.</p>;
  const shown = data.filter((table) => tableInWords(table).toLowerCase().includes(search.toLowerCase()));
  return (
    <div className="space-y-3">
      <Input
        type="search"
        aria-label="Search tables"
        placeholder="Search tables"
        className="max-w-[320px]"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <ul className="rounded-lg border bg-surface">
        {shown.map((table) => {
          const name = tableInWords(table);
          const isOpen = open === name;
          return (
            <li key={name} className="border-b last:border-b-0">
              <div className="flex items-center gap-3 pr-4 transition-colors duration-150 hover:bg-sunken">
                <button
                  type="button"
                  aria-expanded={isOpen}
                  onClick={() => setOpen(isOpen ? null : name)}
                  className="flex min-w-0 flex-1 items-center gap-2 px-4 py-2.5 text-left"
                >
                  <ChevronRight
                    aria-hidden
                    size={14}
                    className={classNames(
                      'shrink-0 text-ink-3 transition-transform duration-150',
                      isOpen && 'rotate-90',
                    )}
                  />
                  <span className="min-w-0 truncate font-mono text-sm font-medium">{name}</span>
                  {table.kind === 'table' ? null : <span className="text-sm text-ink-3">{table.kind}</span>}
                </button>
                <span className="hidden w-36 text-right text-sm text-ink-2 tabular sm:block">
                  about {count(Math.max(0, table.estimatedRows))} rows
                </span>
                <span className="w-20 text-right text-sm text-ink-2 tabular">{bytes(table.bytes)}</span>
              </div>
              {isOpen ? <Columns databaseId={databaseId} table={table} /> : null}
            </li>
          );
        })}
        {shown.length === 0 ? <li className="px-4 py-3 text-ink-2">No table of that name.</li> : null}
      </ul>
      <p className="text-sm text-ink-3">
        Rows are PostgreSQL’s estimate.{' '}
        <Link href={`/transitions/new?database=${databaseId}`} className="text-accent underline">
          Plan a transition here
        </Link>
      </p>
    </div>
  );
}
