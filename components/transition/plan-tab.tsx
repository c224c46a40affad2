import { ExportLinks } from '@/components/plan/export-links';
import { Findings } from '@/components/plan/findings';
import { PhaseDetail } from '@/components/plan/phase-detail';
import { PlanFacts } from '@/components/plan/plan-facts';
import type { TransitionLive, TransitionView } from '@/lib/views/transition-view';

/** The whole plan from the first statement to the last: what is approved. */
export function PlanTab({
  transition,
  live,
}: {
  readonly transition: TransitionView;
  readonly live: TransitionLive;
}) {
  const { plan } = transition;
  return (
    <div className="space-y-4">
      <PlanFacts plan={plan} settings={live.settings} />
      <Findings findings={plan.findings} />
      {plan.phases.map((phase) => (
        <PhaseDetail
          key={phase.number}
          phase={phase}
          checks={live.checks}
          settings={live.settings}
          standing={{ ...live.track, currentStep: live.currentStep?.id ?? null }}
        />
      ))}
      <ExportLinks id={transition.id} />
      <p className="text-sm text-ink-3">
        Plan version <code>{plan.digest.slice(0, 12)}</code>, written by {transition.author}.
      </p>
    </div>
  );
}
