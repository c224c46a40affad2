'use client';

import Link from 'next/link';
import { useRowKeys } from '@/components/home/use-row-keys';
import { EnvironmentBadge } from '@/components/transition/environment-badge';
import { bytes } from '@/components/ui/number-words';
import { RelativeTime } from '@/components/ui/relative-time';
import type { DatabaseView } from '@/lib/views/transition-view';
import { DatabaseState } from './database-state';

/** All databases; the whole row is the target. */
export function DatabaseList({ databases }: { readonly databases: readonly DatabaseView[] }) {
  useRowKeys();
  return (
    <ul className="rounded-lg border bg-surface">
      {databases.map((database) => (
        <li
          key={database.id}
          className="relative grid gap-x-5 gap-y-2 border-b px-4 py-3 transition-colors duration-150 last:border-b-0 focus-within:bg-sunken hover:bg-sunken md:items-center lg:grid-cols-[minmax(0,1.6fr)_330px_minmax(0,1fr)_100px]"
        >
          <div className="min-w-0">
            <Link
              href={`/databases/${database.id}`}
              data-row
              className="block truncate font-semibold outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
            >
              {database.name}
            </Link>
            <p className="truncate font-mono text-sm text-ink-3">{database.url}</p>
          </div>
          <div className="flex flex-wrap gap-2">
            <EnvironmentBadge environment={database.environment} />
            <DatabaseState state={database.state} />
          </div>
          <p className="truncate text-sm text-ink-2 tabular">
            {database.serverVersion === null ? '' : `PostgreSQL ${database.serverVersion}`}
            {database.sizeBytes === null ? '' : ` · ${bytes(database.sizeBytes)}`}
          </p>
          <p className="text-sm text-ink-3 lg:text-right">
            {database.checkedAt === null ? 'Not tested' : <RelativeTime at={database.checkedAt} />}
          </p>
        </li>
      ))}
    </ul>
  );
}
