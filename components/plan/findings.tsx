import { SEVERITY_LOOKS } from '@/components/ui/severity-looks';
import type { Finding } from '@/lib/core/plan';

const ORDER = { error: 0, warning: 1, info: 2 } as const;

/** What the planner wants a person to know, the grave ones first. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  const sorted = [...findings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  return (
    <ul aria-label="Findings" className="rounded-lg border bg-surface">
      {sorted.map((finding) => {
        const { icon: Icon, className, word } = SEVERITY_LOOKS[finding.severity];
        return (
          <li
            key={`${finding.rule}:${finding.operation ?? ''}:${finding.message}`}
            className="flex gap-3 border-b px-4 py-3 last:border-b-0"
          >
            <Icon aria-hidden size={16} className={`mt-0.5 shrink-0 ${className}`} />
            <div className="min-w-0">
              <p className="break-words">
                <span className={`font-semibold ${className}`}>{word}.</span> {finding.message}
              </p>
              {finding.fix === null ? null : <p className="text-sm break-words text-ink-2">{finding.fix}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
