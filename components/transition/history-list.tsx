import { Circle, CircleAlert, CircleCheck, CircleDot } from 'lucide-react';
import { RelativeTime } from '@/components/ui/relative-time';
import type { HistoryEntry } from '@/lib/views/transition-view';

const LOOKS = {
  neutral: { icon: Circle, className: 'text-ink-3' },
  good: { icon: CircleCheck, className: 'text-done' },
  bad: { icon: CircleAlert, className: 'text-failed' },
  waiting: { icon: CircleDot, className: 'text-waiting' },
} as const;

/** Who did what and when, newest first. */
export function HistoryList({ history }: { readonly history: readonly HistoryEntry[] }) {
  if (history.length === 0) return <p className="text-ink-2">Nothing has happened yet.</p>;
  return (
    <ol className="rounded-lg border bg-surface">
      {history.map((entry) => {
        const { icon: Icon, className } = LOOKS[entry.tone];
        return (
          <li key={entry.id} className="flex gap-3 border-b px-4 py-2.5 last:border-b-0">
            <Icon aria-hidden size={14} className={`mt-[3px] shrink-0 ${className}`} />
            <div className="min-w-0 flex-1">
              <p className="font-medium break-words">{entry.what}</p>
              {entry.detail === null ? null : (
                <p className="text-sm break-words text-ink-2">{entry.detail}</p>
              )}
            </div>
            <p className="shrink-0 text-right text-sm text-ink-3">
              <span className="text-ink-2">{entry.actor}</span>
              <RelativeTime at={entry.at} className="block tabular sm:ml-3 sm:inline" />
            </p>
          </li>
        );
      })}
    </ol>
  );
}
