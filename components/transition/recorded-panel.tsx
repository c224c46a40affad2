import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Recorded } from '@/lib/core/recorded';
import {
  conflictInWords,
  conflictsInWords,
  exceptionInWords,
  exceptionsInWords,
  recordedSql,
  rowInWords,
} from './recorded-words';

/** What the sync could not carry over, recorded instead of an error in the application: the latest, and where all of it is. */
export function RecordedPanel({
  recorded,
  transition,
}: {
  readonly recorded: Recorded;
  readonly transition: string;
}) {
  if (recorded.exceptions + recorded.conflicts === 0) return null;
  const groups = [
    {
      text: recorded.exceptions === 0 ? null : exceptionsInWords(recorded),
      rows: recorded.lastExceptions.map((each) => ({ ...each, words: exceptionInWords(each) })),
    },
    {
      text: recorded.conflicts === 0 ? null : conflictsInWords(recorded),
      rows: recorded.lastConflicts.map((each) => ({ ...each, words: conflictInWords(each) })),
    },
  ];
  return (
    <Card id="recorded" title="Not carried over" bodyClassName="space-y-4">
      {groups.map(({ text, rows }) =>
        text === null ? null : (
          <div key={text}>
            <p>{text}</p>
            <ul className="mt-2 space-y-1.5 text-sm">
              {rows.map((row) => (
                <li key={`${rowInWords(row)} ${row.at} ${row.words}`}>
                  <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                    <code className="min-w-0 break-all">{rowInWords(row)}</code>
                    <RelativeTime at={row.at} className="text-ink-3 tabular" />
                  </span>
                  <span className="block break-words text-ink-2">{row.words}</span>
                </li>
              ))}
            </ul>
          </div>
        ),
      )}
      <CodeBlock
        code={recordedSql(recorded, transition)}
        language="sql"
        what="query"
        caption="All that is recorded"
      />
    </Card>
  );
}
