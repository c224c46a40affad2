import { Notice } from '@/components/ui/notice';
import type { Finding } from '@/lib/core/plan';

const TONES = { error: 'failed', warning: 'waiting', info: 'info' } as const;

/** What the planner wants a person to know, the grave ones first. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  const order = { error: 0, warning: 1, info: 2 } as const;
  const sorted = [...findings].sort((a, b) => order[a.severity] - order[b.severity]);
  return (
    <ul aria-label="Findings" className="space-y-2">
      {sorted.map((finding) => (
        <li key={`${finding.rule}:${finding.operation ?? ''}:${finding.message}`}>
          <Notice tone={TONES[finding.severity]} title={finding.message}>
            {finding.fix}
          </Notice>
        </li>
      ))}
    </ul>
  );
}
