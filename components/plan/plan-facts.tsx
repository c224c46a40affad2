import type { ReactNode } from 'react';
import { bytes, count } from '@/components/ui/number-words';
import { rangeInWords } from '@/components/ui/time-words';
import { PHASE_TITLES, type Plan } from '@/lib/core/plan';
import { type PauseSettings, pauseMs } from '@/lib/core/rollout';
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

function Small({ children }: { readonly children: ReactNode }) {
  return <span className="block text-sm font-normal text-ink-2">{children}</span>;
}

/** Rows per second that copying has been seen to reach, on a busy small server and on a calm one. */
const SLOW_ROWS_PER_SECOND = 10_000;
const FAST_ROWS_PER_SECOND = 150_000;

/** What copying takes: time as a range, and disk for the old versions of the rows until vacuum has run. */
function copyCost(plan: Plan): string {
  const seconds = (rate: number) => Math.max(1, Math.round(plan.estimatedRows / rate));
  const time = rangeInWords([seconds(FAST_ROWS_PER_SECOND), seconds(SLOW_ROWS_PER_SECOND)]);
  const disk = plan.copiedBytes === undefined ? '' : `; up to ${bytes(plan.copiedBytes)} more disk`;
  return `${time}${disk}`;
}

/** What a lead looks for first: pause, rows, until where both codes run, point of no return. */
export function PlanFacts({ plan, settings }: { readonly plan: Plan; readonly settings: PauseSettings }) {
  const longest = Math.max(
    plan.tables.length === 0 ? settings.maxPauseMs : 0,
    ...plan.tables.map(({ schema, name }) => pauseMs(settings, [`${schema}.${name}`])),
  );
  const pauses = plan.phases.some((phase) => phase.steps.some(canPause));
  const copies = plan.phases.some((phase) => phase.steps.some((step) => step.kind === 'backfill'));
  const purge = plan.phases.find((phase) => phase.kind === 'purge');
  const both =
    plan.newCodeFrom > plan.oldCodeUntil
      ? `never: handed over at ${titleOf(plan, plan.newCodeFrom)}`
      : plan.oldCodeUntil >= plan.phases.length
        ? plan.newCodeFrom === 0
          ? 'always'
          : `from ${titleOf(plan, plan.newCodeFrom)} on`
        : `${titleOf(plan, plan.newCodeFrom)} to ${titleOf(plan, plan.oldCodeUntil)}`;
  return (
    <dl className="grid rounded-lg border bg-surface sm:grid-cols-2 lg:grid-cols-4">
      <Fact label="Longest pause of your queries">{pauses ? `up to ${longest} ms` : 'none'}</Fact>
      <Fact label="Rows to copy">
        {copies ? `about ${count(plan.estimatedRows)}` : 'none'}
        {copies ? <Small>{copyCost(plan)}</Small> : null}
      </Fact>
      <Fact label="Old and new code run together">{both}</Fact>
      <Fact label="Point of no return">
        {purge ? `Delete, phase ${purge.number}` : 'none: it can always go back'}
      </Fact>
    </dl>
  );
}
