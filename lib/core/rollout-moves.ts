import type { Activity, Direction, RolloutFact } from './rollout';

/** What can happen to a rollout. Requests end in the verb, facts in -ed. */
export type RolloutEvent =
  | 'advance'
  | 'roll_back'
  | 'pause'
  | 'paused'
  | 'resume'
  | 'hold'
  | 'go_on'
  | 'failed'
  | 'completed'
  | 'abandon';

interface Rule {
  readonly from: readonly Activity[];
  readonly to: Activity;
  /** Every arrow has its sentence: shown where a request is refused or explained. */
  readonly because: string;
}

/** The one table of legal moves. An event that has no row for the present activity is refused. */
export const ROLLOUT_MOVES: Record<RolloutEvent, readonly Rule[]> = {
  advance: [
    { from: ['idle'], to: 'running', because: 'At rest, the next phase can start.' },
    {
      from: ['failed', 'paused'],
      to: 'running',
      because: 'A failed or paused phase goes on from where it stopped.',
    },
  ],
  roll_back: [
    { from: ['idle'], to: 'running', because: 'At rest, the last phase can be undone.' },
    {
      from: ['failed', 'paused', 'held'],
      to: 'running',
      because: 'A half-done phase is undone to its start.',
    },
    {
      from: ['running', 'pausing'],
      to: 'running',
      because: 'The running phase stops at its next safe point and turns back.',
    },
  ],
  pause: [{ from: ['running', 'held'], to: 'pausing', because: 'It stops after the batch or step in hand.' }],
  paused: [{ from: ['pausing'], to: 'paused', because: 'The batch or step in hand is committed.' }],
  resume: [{ from: ['paused', 'pausing'], to: 'running', because: 'It goes on from its cursor.' }],
  hold: [
    { from: ['running'], to: 'held', because: 'Something outside asks for patience; it goes on by itself.' },
  ],
  go_on: [{ from: ['held'], to: 'running', because: 'What it waited for has passed.' }],
  failed: [
    {
      from: ['running', 'pausing', 'held'],
      to: 'failed',
      because: 'A step or check did not succeed; nothing half-done is visible.',
    },
  ],
  completed: [
    {
      from: ['running', 'pausing', 'held'],
      to: 'idle',
      because: 'All steps and checks of the phase are done.',
    },
  ],
  abandon: [{ from: ['idle'], to: 'idle', because: 'Nothing of it is left in the database.' }],
};

/** The activity after an event, or null where the event is not legal now. */
export function nextActivity(activity: Activity, event: RolloutEvent): Activity | null {
  return ROLLOUT_MOVES[event].find((rule) => rule.from.includes(activity))?.to ?? null;
}

/** The phase that a request works on: the open move's own, else the next one forward or the last completed one back. null: there is none. */
export function requestedPhase(
  fact: Pick<RolloutFact, 'position' | 'movingPhase'> & { readonly phaseCount: number },
  direction: Direction,
): number | null {
  if (fact.movingPhase !== null) return fact.movingPhase;
  if (direction === 'forward') return fact.position < fact.phaseCount ? fact.position + 1 : null;
  return fact.position > 0 ? fact.position : null;
}

/** Where a completed move ends. */
export function arrival(movingPhase: number, direction: Direction): number {
  return direction === 'forward' ? movingPhase : movingPhase - 1;
}
