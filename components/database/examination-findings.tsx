import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import { CopyButton } from '@/components/ui/copy-button';
import type { ExaminationFinding } from '@/lib/core/examination';

const LOOKS = {
  error: { icon: OctagonAlert, className: 'text-failed', word: 'Error' },
  warning: { icon: TriangleAlert, className: 'text-waiting', word: 'Warning' },
  info: { icon: Info, className: 'text-running', word: 'Note' },
} as const;

/** What a look at a database found, the grave things first, with the statements that a person could run. */
export function ExaminationFindings({ findings }: { readonly findings: readonly ExaminationFinding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul aria-label="Findings" className="rounded-lg border">
      {findings.map((finding) => {
        const { icon: Icon, className, word } = LOOKS[finding.severity];
        const sql = finding.statements.map((statement) => `${statement};`).join('\n');
        return (
          <li
            key={`${finding.rule}:${finding.object}:${finding.transition ?? ''}`}
            className="flex gap-3 border-b px-4 py-3 last:border-b-0"
          >
            <Icon aria-hidden size={16} className={`mt-0.5 shrink-0 ${className}`} />
            <div className="min-w-0 flex-1 space-y-1">
              <p className="break-words">
                <span className={`font-semibold ${className}`}>{word}.</span> {finding.message}
              </p>
              {finding.next === null ? null : (
                <p className="text-sm break-words text-ink-2">{finding.next}</p>
              )}
              {sql === '' ? null : (
                <div className="flex flex-col items-start justify-between gap-2 rounded-md bg-sunken px-3 py-2 sm:flex-row">
                  <code className="min-w-0 flex-1 text-sm break-all whitespace-pre-wrap">{sql}</code>
                  <CopyButton text={sql} what="SQL" />
                </div>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
