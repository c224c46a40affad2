import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import Link from 'next/link';
import { TrackRow } from '@/components/track/track-row';
import { EnvironmentBadge } from '@/components/transition/environment-badge';
import { StatusBadge } from '@/components/transition/status-badge';
import { percent } from '@/components/ui/number-words';
import { ProgressBar } from '@/components/ui/progress-bar';
import { RelativeTime } from '@/components/ui/relative-time';
import type { TransitionListItem } from '@/lib/views/transition-view';

function Checks({ checks }: { readonly checks: TransitionListItem['checks'] }) {
  if (checks.total === 0) return <span className="text-sm text-ink-3">No checks yet</span>;
  if (checks.failed > 0) {
    return (
      <span className="inline-flex items-center gap-1.5 text-sm text-failed tabular">
        <CircleX aria-hidden size={14} /> {checks.failed} of {checks.total} failed
      </span>
    );
  }
  if (checks.inconclusive > 0) {
    return (
      <span className="inline-flex items-center gap-1.5 text-sm text-waiting tabular">
        <CircleHelp aria-hidden size={14} /> {checks.inconclusive} of {checks.total} unsure
      </span>
    );
  }
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-ink-2 tabular">
      <CircleCheck aria-hidden size={14} className="text-done" /> {checks.passed} of {checks.total} passed
    </span>
  );
}

/** One transition: the whole row is the target, figures change in place. */
export function TransitionRow({ item }: { readonly item: TransitionListItem }) {
  return (
    <li className="relative grid gap-x-5 gap-y-2 border-b px-4 py-3 transition-colors duration-150 last:border-b-0 focus-within:bg-sunken hover:bg-sunken sm:grid-cols-[minmax(0,1.4fr)_minmax(160px,1fr)] lg:grid-cols-[minmax(0,1.5fr)_220px_minmax(150px,1fr)_minmax(0,1fr)_84px] lg:items-center">
      <div className="min-w-0">
        <Link
          href={`/transitions/${item.id}`}
          data-row
          className="block truncate font-semibold outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {item.name}
        </Link>
        <p className="truncate font-mono text-sm text-ink-3">{item.tables.join(', ')}</p>
      </div>
      <div className="min-w-0">
        <TrackRow track={item.track} />
        {item.progress !== null && item.progress < 1 ? (
          <ProgressBar
            label={`Rows copied, ${item.name}`}
            value={item.progress}
            text={`${percent(item.progress)} of rows copied`}
            className="mt-1 h-1"
          />
        ) : null}
      </div>
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <StatusBadge status={item.status} draft={item.draft} />
        <span className="min-w-0 text-sm text-ink-2 tabular">
          {item.waitingFor ??
            (item.progress !== null && item.progress < 1 ? `${percent(item.progress)} copied` : '')}
        </span>
      </div>
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 lg:block">
        <span className="flex min-w-0 items-center gap-2">
          <EnvironmentBadge environment={item.database.environment} />
          <span className="truncate text-sm text-ink-2">{item.database.name}</span>
        </span>
        <span className="mt-1 block">
          <Checks checks={item.checks} />
        </span>
      </div>
      <RelativeTime at={item.updatedAt} className="text-sm text-ink-3 tabular lg:text-right" />
    </li>
  );
}
