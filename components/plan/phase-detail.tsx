import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { CheckMark } from '@/components/transition/check-line';
import { Badge } from '@/components/ui/badge';
import { FirstOf } from '@/components/ui/first-of';
import type { CheckResult } from '@/lib/core/check-result';
import type { CheckSpec, Phase } from '@/lib/core/plan';
import type { PauseSettings } from '@/lib/core/rollout';
import { DeployNoteView } from './deploy-note';
import { phasePause } from './lock-words';
import { StepDetail } from './step-detail';
import { type Standing, stepStates } from './step-states';

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="border-t px-4 py-4">
      <h3 className="mb-3 text-sm font-semibold text-ink-2">{title}</h3>
      {children}
    </section>
  );
}

function CheckSpecs(props: {
  readonly title: string;
  readonly specs: readonly CheckSpec[];
  readonly results: readonly CheckResult[];
}) {
  if (props.specs.length === 0) return null;
  return (
    <div>
      <h4 className="text-sm text-ink-3">{props.title}</h4>
      <ul>
        <FirstOf items={props.specs} what="checks">
          {(spec) => (
            <li key={spec.id} className="flex items-start justify-between gap-3 py-1">
              <span className="min-w-0 break-words">{spec.title}</span>
              <CheckMark check={props.results.find((result) => result.id === spec.id) ?? null} />
            </li>
          )}
        </FirstOf>
      </ul>
    </div>
  );
}

/** Everything about one phase: what happens, code to deploy, checks, each statement, the way back. */
export function PhaseDetail(props: {
  readonly phase: Phase;
  readonly checks: readonly CheckResult[];
  readonly settings: PauseSettings;
  /** Where the rollout stands; null for a plan that is only looked at. */
  readonly standing: Standing | null;
}) {
  const { phase, checks } = props;
  const states = stepStates(phase, props.standing);
  const results = checks.filter((check) => check.phase === phase.number);
  const specs = [phase.entryChecks, phase.watchChecks, phase.exitChecks, phase.rollbackChecks];
  return (
    <article
      aria-label={`Phase ${phase.number}, ${phase.title}`}
      className="min-w-0 rounded-lg border bg-surface"
    >
      <header className="px-4 py-4">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 className="text-lg font-semibold">
            <span className="text-ink-3 tabular">{phase.number}</span> {phase.title}
          </h2>
          {phase.kind === 'purge' ? (
            <Badge tone="failed" icon={TriangleAlert}>
              Cannot be rolled back
            </Badge>
          ) : phase.lossless ? (
            <Badge tone="done" icon={RotateCcw}>
              Way back loses nothing
            </Badge>
          ) : (
            <Badge tone="waiting" icon={TriangleAlert}>
              Way back may need a person
            </Badge>
          )}
        </div>
        <p className="mt-1 max-w-[680px]">{phase.summary}</p>
        <p className="mt-1 text-ink-2">{phasePause(phase, 'forward', props.settings)}</p>
      </header>
      {phase.deploy === null ? null : (
        <Part title="Deploy before this phase">
          <DeployNoteView note={phase.deploy} />
        </Part>
      )}
      {specs.some((list) => list.length > 0) ? (
        <Part title="Checks">
          <div className="space-y-3">
            <CheckSpecs title="Before it starts" specs={phase.entryChecks} results={results} />
            <CheckSpecs title="While it lasts" specs={phase.watchChecks} results={results} />
            <CheckSpecs title="Before it ends" specs={phase.exitChecks} results={results} />
            <CheckSpecs title="Before it is rolled back" specs={phase.rollbackChecks} results={results} />
          </div>
        </Part>
      ) : null}
      <Part title={`${phase.steps.length} ${phase.steps.length === 1 ? 'step' : 'steps'}`}>
        {phase.steps.length === 0 ? (
          <p className="text-ink-2">Nothing runs in the database.</p>
        ) : (
          <ol>
            <FirstOf key={phase.number} items={phase.steps} what="steps">
              {(step, index) => (
                <StepDetail
                  key={step.id}
                  step={step}
                  number={`${phase.number}.${index + 1}`}
                  state={states[index] ?? 'open'}
                />
              )}
            </FirstOf>
          </ol>
        )}
      </Part>
      <Part title="Way back">
        <p className="max-w-[680px]">{phase.rollback}</p>
        {phase.kind === 'purge' ? null : (
          <p className="mt-1 text-ink-2">{phasePause(phase, 'back', props.settings)}</p>
        )}
      </Part>
    </article>
  );
}
