import Link from 'next/link';
import { RelativeTime } from '@/components/ui/relative-time';
import { exactTime } from '@/components/ui/time-words';
import type { ActivityEntry } from '@/lib/views/activity-view';

const VIA: Record<ActivityEntry['via'], string | null> = {
  web: null,
  api: 'by API',
  cli: 'by command line',
  worker: null,
};

function hrefOf(entry: ActivityEntry): string | null {
  if (entry.transitionId !== null) return `/transitions/${entry.transitionId}`;
  return entry.databaseId === null ? null : `/databases/${entry.databaseId}`;
}

function dayTitle(day: string): string {
  return exactTime(`${day}T00:00:00Z`).replace(/,.*$/, '');
}

/** Acts grouped by day. */
export function ActivityList({ entries }: { readonly entries: readonly ActivityEntry[] }) {
  const days = new Map<string, ActivityEntry[]>();
  for (const entry of entries) {
    const day = entry.at.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return (
    <div className="space-y-6">
      {[...days].map(([day, acts]) => (
        <section key={day} aria-label={day}>
          <h2 className="mb-2 text-sm font-semibold text-ink-2 tabular">{dayTitle(day)}</h2>
          <ol className="rounded-lg border bg-surface">
            {acts.map((entry) => {
              const href = hrefOf(entry);
              return (
                <li
                  key={entry.id}
                  className="flex items-baseline justify-between gap-4 border-b px-4 py-2.5 last:border-b-0"
                >
                  <div className="min-w-0">
                    <p className="break-words">
                      <span className="font-medium">{entry.actor}</span> {entry.what}{' '}
                      {href === null ? (
                        <span className="font-medium">{entry.object}</span>
                      ) : (
                        <Link href={href} className="font-medium text-accent hover:underline">
                          {entry.object}
                        </Link>
                      )}
                      {VIA[entry.via] === null ? null : <span className="text-ink-3"> {VIA[entry.via]}</span>}
                    </p>
                    {entry.detail === null ? null : (
                      <p className="text-sm break-words text-ink-2">{entry.detail}</p>
                    )}
                  </div>
                  <RelativeTime at={entry.at} className="shrink-0 text-sm text-ink-3 tabular" />
                </li>
              );
            })}
          </ol>
        </section>
      ))}
    </div>
  );
}
