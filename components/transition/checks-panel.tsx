import { Card } from '@/components/ui/card';
import { FirstOf } from '@/components/ui/first-of';
import type { CheckResult } from '@/lib/core/check-result';
import { PHASE_TITLES, type Plan } from '@/lib/core/plan';
import { CheckLine } from './check-line';

const ORDER = { fail: 0, inconclusive: 1, warning: 2, pass: 3 } as const;

/** The checks answered so far, the troubling ones first. */
export function ChecksPanel({
  checks,
  phases,
}: {
  readonly checks: readonly CheckResult[];
  readonly phases: Plan['phases'];
}) {
  const titleOf = (number: number): string | undefined => {
    const phase = phases[number - 1];
    return phase === undefined ? undefined : PHASE_TITLES[phase.kind];
  };
  const sorted = [...checks].sort((a, b) => ORDER[a.outcome] - ORDER[b.outcome] || b.phase - a.phase);
  const passed = checks.filter((check) => check.outcome === 'pass').length;
  return (
    <Card
      id="checks"
      title="Checks"
      aside={
        checks.length > 0 ? (
          <span className="text-sm text-ink-3 tabular">
            {passed} of {checks.length} passed
          </span>
        ) : null
      }
    >
      {sorted.length === 0 ? (
        <p className="text-ink-2">None has run yet. Each phase checks before it starts and before it ends.</p>
      ) : (
        <ul>
          <FirstOf items={sorted} what="checks">
            {(check) => (
              <CheckLine
                key={`${check.id}:${check.moment}:${check.phase}`}
                check={check}
                phase={titleOf(check.phase)}
              />
            )}
          </FirstOf>
        </ul>
      )}
    </Card>
  );
}
