import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import Link from 'next/link';
import { TrackRow } from '@/components/track/track-row';
import { EnvironmentBadge } from '@/components/transition/environment-badge';
import { StatusBadge } from '@/components/transition/status-badge';
import { counted, percent } from '@/components/ui/number-words';
import { ProgressBar } from '@/components/ui/progress-bar';
import { RelativeTime } from '@/components/ui/relative-time';
import type { TransitionListItem } from '@/lib/views/transition-view';

function Checks({ checks }: { readonly checks: TransitionListItem['checks'] }) {
  const answered = checks.passed + checks.failed + checks.inconclusive;
  if (answered === 0) return <span className="text-ink-3">No checks yet</span>;
  const [Icon, tone, words] =
    checks.failed > 0
      ? ([CircleX, 'text-failed', counted(checks.failed, 'check failed', 'checks failed')] as const)
      : checks.inconclusive > 0
        ? ([
            CircleHelp,
            'text-waiting',
            counted(checks.inconclusive, 'check needs a person', 'checks need a person'),
          ] as const)
        : ([CircleCheck, 'text-ink-2', counted(checks.passed, 'check passed', 'checks passed')] as const);
  return (
    <span className={`inline-flex items-center gap-1 tabular ${tone}`}>
      <Icon
        aria-hidden
        size={13}
        className={checks.failed + checks.inconclusive > 0 ? undefined : 'text-done'}
      />
      {words}
    </span>
  );
}

/** One transition: the whole row is the target, figures change in place. */
export function TransitionRow({ item }: { readonly item: TransitionListItem }) {
  const copying = item.progress !== null && item.progress < 1 && item.track.movingPhase !== null;
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto] gap-x-5 gap-y-2 border-b px-4 py-3 transition-colors duration-150 last:border-b-0 focus-within:bg-sunken hover:bg-sunken lg:grid-cols-[minmax(0,1fr)_176px_170px_150px_80px] lg:items-center xl:grid-cols-[minmax(0,1fr)_240px_210px_180px_84px]">
      <div className="min-w-0">
        <Link
          href={`/transitions/${item.id}`}
          data-row
          className="block truncate font-semibold outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {item.name}
        </Link>
        <p className="flex flex-wrap gap-x-3 text-sm">
          <span className="truncate font-mono text-ink-3">{item.tables.join(', ')}</span>
          <Checks checks={item.checks} />
        </p>
      </div>
      <RelativeTime
        at={item.updatedAt}
        className="text-sm whitespace-nowrap text-ink-3 tabular lg:order-last lg:text-right"
      />
      <div className="col-span-2 min-w-0 lg:col-span-1">
        <TrackRow track={item.track} />
        {copying ? (
          <ProgressBar
            label={`Rows copied, ${item.name}`}
            value={item.progress}
            text={`${percent(item.progress ?? 0)} of rows copied`}
            tone={item.status === 'paused' ? 'waiting' : 'running'}
            className="mt-1 h-1"
          />
        ) : null}
      </div>
      <div className="col-span-2 flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5 lg:col-span-1 lg:block">
        <StatusBadge status={item.status} draft={item.waitingFor === 'Approval'} />
        <span className="min-w-0 text-sm text-ink-2 tabular lg:mt-0.5 lg:block">
          {item.waitingFor === 'Approval'
            ? 'Waits for approval'
            : (item.waitingFor ?? (item.status === 'retired' ? 'Kept until its date' : ''))}
          {copying && item.waitingFor === null ? `${percent(item.progress ?? 0)} of rows copied` : ''}
        </span>
        {item.hold === null ? null : (
          <span
            title={item.hold}
            className="min-w-0 text-sm break-words text-held first-letter:uppercase lg:line-clamp-4"
          >
            {item.hold}
          </span>
        )}
      </div>
      <div className="col-span-2 flex min-w-0 items-center gap-2 lg:col-span-1 lg:block">
        <p className="truncate text-sm font-medium lg:mb-0.5">{item.database.name}</p>
        <EnvironmentBadge environment={item.database.environment} />
      </div>
    </li>
  );
}
