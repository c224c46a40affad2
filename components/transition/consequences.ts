import { phasePause } from '@/components/plan/lock-words';
import { tableInWords } from '@/components/plan/operation-words';
import { PHASE_TITLES, type Phase, type Plan } from '@/lib/core/plan';
import type { PauseSettings } from '@/lib/core/rollout';
import { requestedPhase } from '@/lib/core/rollout-moves';
import type { TrackView, TransitionLive } from '@/lib/views/transition-view';

type PlanFacts = Pick<Plan, 'phases' | 'newCodeFrom' | 'oldCodeUntil'>;

/** What a button does, and which code has to be where before it is pressed. */
export interface Consequence {
  readonly phase: Phase;
  readonly text: string;
  /** The code to bring in or take out first; null where nothing has to be done. */
  readonly first: string | null;
}

function phaseFor(plan: PlanFacts, track: TrackView, direction: 'forward' | 'back'): Phase | null {
  const number = requestedPhase({ ...track, phaseCount: plan.phases.length }, direction);
  return number === null ? null : (plan.phases[number - 1] ?? null);
}

function titleAt(plan: PlanFacts, position: number): string {
  const phase = plan.phases[position - 1];
  return phase === undefined ? 'the start' : PHASE_TITLES[phase.kind];
}

/** What starting the next phase does. null: there is no next phase. */
export function advanceConsequence(
  plan: PlanFacts,
  track: TrackView,
  settings: PauseSettings,
): Consequence | null {
  const phase = phaseFor(plan, track, 'forward');
  if (phase === null) return null;
  const before = phase.number - 1;
  const oldEnds = phase.number > plan.oldCodeUntil && before <= plan.oldCodeUntil;
  return {
    phase,
    text: [
      phase.summary,
      phasePause(phase, 'forward', settings),
      phase.kind === 'purge' && !/cannot be/i.test(phase.summary) ? 'Cannot be rolled back.' : '',
    ]
      .filter(Boolean)
      .join(' '),
    first:
      oldEnds && !saysCode(phase.summary)
        ? `Old code must be out of service: it cannot run after ${titleAt(plan, before)}.`
        : null,
  };
}

/** What rolling back does. null: nothing has been done yet. */
export function rollBackConsequence(
  plan: PlanFacts,
  track: TrackView,
  settings: PauseSettings,
): Consequence | null {
  const phase = phaseFor(plan, track, 'back');
  if (phase === null || phase.kind === 'purge') return null;
  const arrives = phase.number - 1;
  const newEnds = arrives < plan.newCodeFrom && track.position >= plan.newCodeFrom;
  return {
    phase,
    text: `${phase.rollback} ${phasePause(phase, 'back', settings)}`,
    first: newEnds
      ? `Take new code out of service first: it cannot run before ${titleAt(plan, plan.newCodeFrom)}.`
      : null,
  };
}

/** True where the planner's own words already say which code has to be where. */
function saysCode(text: string): boolean {
  return /out of service/i.test(text);
}

/** What Pause does to what is under way. */
export function pauseConsequence(statement: TransitionLive['statement']): string {
  if (statement === null)
    return 'Stops after the batch or step in hand. Old and new code go on as they do now.';
  return statement.kind === 'index'
    ? 'Stops the build; the application notices nothing. What was built is dropped, when you resume at the latest, and Resume builds it from the start.'
    : 'Stops reading the table; the application notices nothing. Resume reads it from the start.';
}

/** What Resume does to what is under way: not every step can go on from the middle. */
export function resumeConsequence(
  plan: Pick<Plan, 'phases'>,
  live: Pick<TransitionLive, 'currentStep' | 'track'>,
): string {
  const steps = plan.phases.flatMap((phase) => phase.steps);
  const step = steps.find(({ id }) => id === live.currentStep?.id);
  if (live.track.direction === 'back') return 'It goes on rolling back, from the step that it stopped at.';
  if (step?.kind === 'backfill') return 'It goes on from its last batch.';
  if (step?.kind === 'build_index') return 'It builds the index from the start.';
  if (step?.kind === 'validate') return 'It reads the table from the start.';
  return 'It goes on with the step that it stopped at.';
}

/** How much a start asks of the person: nothing, a sheet with question and checks, or the table's name. */
export function confirmationFor(phase: Phase): 'none' | 'sheet' | 'type_name' {
  if (phase.kind === 'purge') return 'type_name';
  if (phase.deploy?.question != null || phase.kind === 'switch' || phase.kind === 'contract') return 'sheet';
  return 'none';
}

/** The name to type before Delete: the table that loses a column. */
export function nameToType(plan: Pick<Plan, 'tables'>): string {
  const [table] = plan.tables;
  return table === undefined ? '' : tableInWords(table);
}
