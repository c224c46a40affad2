import { FirstOf } from '@/components/ui/first-of';
import { SEVERITY_LOOKS } from '@/components/ui/severity-looks';
import type { Finding } from '@/lib/core/plan';

const ORDER = { error: 0, warning: 1, info: 2 } as const;

/** The same sentence about several operations once, with their number. */
function withTimes(findings: readonly Finding[]): { readonly finding: Finding; readonly times: number }[] {
  const found = new Map<string, { finding: Finding; times: number }>();
  for (const finding of findings) {
    const key = `${finding.rule} ${finding.message} ${finding.fix}`;
    const entry = found.get(key);
    if (entry === undefined) found.set(key, { finding, times: 1 });
    else entry.times += 1;
  }
  return [...found.values()];
}

/** What the planner wants a person to know, the grave ones first. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  const sorted = withTimes([...findings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]));
  return (
    <ul aria-label="Findings" className="rounded-lg border bg-surface">
      <FirstOf items={sorted} what="findings">
        {({ finding, times }) => {
          const { icon: Icon, className, word } = SEVERITY_LOOKS[finding.severity];
          return (
            <li
              key={`${finding.rule}:${finding.message}:${finding.fix}`}
              className="flex gap-3 border-b px-4 py-3 last:border-b-0"
            >
              <Icon aria-hidden size={16} className={`mt-0.5 shrink-0 ${className}`} />
              <div className="min-w-0">
                <p className="break-words">
                  <span className={`font-semibold ${className}`}>{word}.</span> {finding.message}
                  {times === 1 ? null : <span className="text-ink-3"> ({times} times)</span>}
                </p>
                {finding.fix === null ? null : (
                  <p className="text-sm break-words text-ink-2">{finding.fix}</p>
                )}
              </div>
            </li>
          );
        }}
      </FirstOf>
    </ul>
  );
}
