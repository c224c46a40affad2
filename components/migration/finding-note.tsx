import { BookOpen } from 'lucide-react';
import { lockInWords } from '@/components/plan/lock-words';
import { Button } from '@/components/ui/button';
import { bytes, counted } from '@/components/ui/number-words';
import { Popover } from '@/components/ui/popover';
import { SEVERITY_LOOKS } from '@/components/ui/severity-looks';
import type { RawFinding, RawWork, RuleView } from '@/lib/views/migration-view';
import { plainNames } from './plain-names';
import { secondsInWords } from './seconds-in-words';

function workInWords(work: RawWork): string {
  const rows = work.rows > 0 ? `${counted(work.rows, 'row')}, ` : '';
  return `${secondsInWords(work.seconds)} (${rows}${bytes(work.bytes)})`;
}

/** What the raw statement would have done, for whom and how long; PostgreSQL's own words are one click away. */
export function FindingNote({
  finding,
  rule,
}: {
  readonly finding: RawFinding;
  readonly rule: RuleView | undefined;
}) {
  const { icon: Icon, className, word } = SEVERITY_LOOKS[finding.severity];
  const title = rule?.title ?? finding.rule;
  return (
    <div className="flex gap-2">
      <Icon aria-hidden size={15} className={`mt-[3px] shrink-0 ${className}`} />
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <span className={`font-semibold ${className}`}>{word}.</span> {plainNames(finding.message)}
          {finding.work === null ? null : ` At its present size: ${workInWords(finding.work)}.`}
        </p>
        <div className="-ml-2 flex flex-wrap items-center">
          <Popover
            label={`About: ${title}`}
            trigger={
              <Button size="sm" variant="quiet" className="h-6 px-2" aria-label={`About: ${title}`}>
                <BookOpen aria-hidden size={13} />
                <span className="max-w-[46ch] truncate font-normal">{title}</span>
              </Button>
            }
          >
            <p className="font-semibold">{title}</p>
            {rule === undefined ? null : <p className="mt-1 text-sm text-ink-2">{rule.about}</p>}
            {finding.lock === null ? null : (
              <p className="mt-2 text-sm">
                <span className="font-medium">{finding.lock}</span>
                {finding.relation === null ? null : (
                  <>
                    {' on '}
                    <code className="break-all">{plainNames(finding.relation)}</code>
                  </>
                )}
                : {lockInWords(finding.lock)}.
              </p>
            )}
            {finding.fix === null ? null : (
              <p className="mt-2 text-sm break-words whitespace-pre-line">
                <span className="font-medium">By hand:</span> {finding.fix}
              </p>
            )}
            <p className="mt-2 text-sm text-ink-3">
              Rule <code>{finding.rule}</code>
            </p>
          </Popover>
          {finding.lock === null || finding.relation === null ? null : (
            <span className="px-1 text-sm text-ink-3">
              {finding.lock} on <span className="font-mono break-all">{plainNames(finding.relation)}</span>
            </span>
          )}
        </div>
      </div>
    </div>
  );
}
