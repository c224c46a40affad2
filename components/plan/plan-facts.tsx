import type { ReactNode } from 'react';
import { count } from '@/components/ui/number-words';
import { PHASE_TITLES, type Plan } from '@/lib/core/plan';
import { canPause } from './lock-words';

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0 border-b px-4 py-3 last:border-b-0 sm:border-b-0 sm:border-l sm:first:border-l-0">
      <dt className="text-sm text-ink-3">{label}</dt>
      <dd className="mt-0.5 font-medium tabular">{children}</dd>
    </div>
  );
}

function titleOf(plan: Plan, position: number): string {
  const phase = plan.phases[position - 1];
  return phase === undefined ? 'Start' : PHASE_TITLES[phase.kind];
}

/** What a lead looks for first: pause, rows, until where both codes run, point of no return. */
export function PlanFacts({ plan, maxPauseMs }: { readonly plan: Plan; readonly maxPauseMs: number }) {
  const pauses = plan.phases.some((phase) => phase.steps.some(canPause));
  const copies = plan.phases.some((phase) => phase.steps.some((step) => step.kind === 'backfill'));
  const purge = plan.phases.find((phase) => phase.kind === 'purge');
  const both =
    plan.oldCodeUntil >= plan.phases.length
      ? plan.newCodeFrom === 0
        ? 'always'
        : `from ${titleOf(plan, plan.newCodeFrom)} on`
      : `${titleOf(plan, plan.newCodeFrom)} to ${titleOf(plan, plan.oldCodeUntil)}`;
  return (
    <dl className="grid rounded-lg border bg-surface sm:grid-cols-2 lg:grid-cols-4">
      <Fact label="Longest pause of your queries">{pauses ? `up to ${maxPauseMs} ms` : 'none'}</Fact>
      <Fact label="Rows to copy">{copies ? `about ${count(plan.estimatedRows)}` : 'none'}</Fact>
      <Fact label="Old and new code run together">{both}</Fact>
      <Fact label="Point of no return">
        {purge ? `Delete, phase ${purge.number}` : 'none: it can always go back'}
      </Fact>
    </dl>
  );
}
