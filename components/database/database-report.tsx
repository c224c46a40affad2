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
        <Notice tone="done" title="Nothing is missing: Segue can work here." />
      ) : (
        <ul className="space-y-2">
          {report.problems.map((problem) => (
            <li key={problem.message}>
              <Notice tone={problem.severity === 'error' ? 'failed' : 'waiting'} title={problem.message} />
            </li>
          ))}
        </ul>
      )}
      {grants.length > 0 ? (
        <CodeBlock
          code={grants.join('\n')}
          language="sql"
          what="script"
          caption="Run this as the owner or a superuser"
        />
      ) : null}
    </div>
  );
}
