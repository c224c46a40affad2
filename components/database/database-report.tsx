import { CircleCheck, TriangleAlert } from 'lucide-react';
import { CodeBlock } from '@/components/ui/code-block';
import { Notice } from '@/components/ui/notice';
import { bytes } from '@/components/ui/number-words';
import type { DatabaseReportView } from '@/lib/views/transition-view';

type Report = Pick<DatabaseReportView, 'serverVersion' | 'sizeBytes' | 'role' | 'problems'>;

/** Version, size and role of a database, what is missing there, and the script that gives it. */
export function DatabaseReport({ report }: { readonly report: Report }) {
  const grants = report.problems.flatMap((problem) => (problem.grant === null ? [] : [problem.grant]));
  const facts = [
    ['PostgreSQL', report.serverVersion ?? 'unknown'],
    ['Size', report.sizeBytes === null ? 'unknown' : bytes(report.sizeBytes)],
    ['Role', report.role ?? 'unknown'],
  ] as const;
  return (
    <div className="space-y-4">
      <dl className="grid grid-cols-3 gap-4">
        {facts.map(([label, value]) => (
          <div key={label} className="min-w-0">
            <dt className="text-sm text-ink-3">{label}</dt>
            <dd className="truncate font-medium tabular" title={value}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {report.problems.length === 0 ? (
        <p className="flex gap-2">
          <CircleCheck aria-hidden size={16} className="mt-0.5 shrink-0 text-done" />
          Nothing is missing: Segue can work here.
        </p>
      ) : (
        <ul aria-label="What is missing" className="space-y-2">
          {report.problems.map(({ message, severity }) => (
            <li key={message}>
              {severity === 'error' ? (
                <Notice tone="failed" title={message} />
              ) : (
                <p className="flex gap-2">
                  <TriangleAlert aria-hidden size={16} className="mt-0.5 shrink-0 text-waiting" />
                  {message}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      {grants.length > 0 ? (
        <CodeBlock
          code={grants.join('\n')}
          language="sql"
          what="script"
          caption="Gives what is missing; run it as the owner or a superuser"
        />
      ) : null}
    </div>
  );
}
