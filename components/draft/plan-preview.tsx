'use client';

import { useState } from 'react';
import { Findings } from '@/components/plan/findings';
import { PhaseDetail } from '@/components/plan/phase-detail';
import { PlanFacts } from '@/components/plan/plan-facts';
import { plannedTrack } from '@/components/track/planned-track';
import { Track } from '@/components/track/track';
import { Notice } from '@/components/ui/notice';
import { Skeleton } from '@/components/ui/skeleton';
import type { ActionResult } from '@/lib/actions/action-result';
import type { Plan } from '@/lib/core/plan';
import { DEFAULT_SETTINGS } from '@/lib/core/rollout';
import { TrySql } from './try-sql';

const UNTRIED_RULE = 'locks-unknown';

interface Trial {
  /** Whether the plan in sight rests on a trial of SQL of one's own. */
  readonly tried: boolean;
  readonly pending: boolean;
  readonly trySql: () => void;
}

function PreviewedPlan({ plan, trial }: { readonly plan: Plan; readonly trial: Trial }) {
  const [selected, setSelected] = useState(1);
  const phase = plan.phases[selected - 1] ?? plan.phases[0];
  return (
    <div className="space-y-4">
      <TrySql plan={plan} tried={trial.tried} pending={trial.pending} onTry={trial.trySql} />
      {/* Until it was tried, the notice above says why its locks are not known. */}
      <Findings findings={plan.findings.filter(({ rule }) => trial.tried || rule !== UNTRIED_RULE)} />
      <section aria-label="Track" className="rounded-lg border bg-surface p-4">
        <Track track={plannedTrack(plan)} selected={phase?.number ?? null} onSelect={setSelected} />
      </section>
      <PlanFacts plan={plan} settings={DEFAULT_SETTINGS} />
      {phase === undefined ? null : (
        <PhaseDetail phase={phase} checks={[]} settings={DEFAULT_SETTINGS} standing={null} />
      )}
    </div>
  );
}

/** The plan of what stands in the form, or why there is none and the way out. */
export function PlanPreview(
  props: Trial & {
    readonly result: ActionResult<{ plan: Plan }> | null;
    readonly unanswered: boolean;
  },
) {
  const { result, pending } = props;
  return (
    <section
      aria-label="Plan preview"
      aria-busy={pending}
      className="min-w-0 xl:sticky xl:top-4 xl:max-h-[calc(100dvh-2rem)] xl:overflow-y-auto"
    >
      <div className="mb-3 flex items-baseline justify-between gap-3">
        <h2 className="text-lg font-semibold">Plan</h2>
        <p aria-live="polite" className="text-sm text-ink-3">
          {pending ? 'Planning…' : result?.ok === true ? 'Up to date' : ''}
        </p>
      </div>
      {props.unanswered ? (
        <Notice tone="failed" title="Segue did not answer.">
          Check that it still runs; the preview comes back with the next change.
        </Notice>
      ) : null}
      {result === null && !props.unanswered ? (
        pending ? (
          <Skeleton className="h-48" />
        ) : (
          <p className="rounded-lg border border-dashed border-line-strong px-6 py-10 text-center text-ink-2">
            Say what should change: the plan appears here with every statement, before anything is saved.
          </p>
        )
      ) : null}
      {result?.ok === false ? (
        <Notice tone="failed" title={result.error.message}>
          {result.error.next}
        </Notice>
      ) : null}
      {result?.ok === true ? <PreviewedPlan plan={result.data.plan} trial={props} /> : null}
    </section>
  );
}
