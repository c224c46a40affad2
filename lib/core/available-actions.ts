import { PHASE_TITLES, type PhaseKind } from './plan';
import type { Activity, Direction } from './rollout';
import { nextActivity, type RolloutEvent, requestedPhase } from './rollout-moves';

export const ACTIONS = [
  'edit',
  'approve',
  'advance',
  'roll_back',
  'pause',
  'resume',
  'abandon',
  'leave',
  'take_over',
  'hand_over',
  'duplicate',
  'change_settings',
  'cancel_blocker',
  'terminate_blocker',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Who acts. Accounts with roles come later; until then a display name given once is what every act records. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly via: 'web' | 'api' | 'cli' | 'worker';
}

export type ApprovalState = 'missing' | 'valid' | 'void';

/** All that decides what may be done: the rollout's fact (null while it is a draft that has never run) and the intent around it. */
export interface ActionContext {
  readonly position: number;
  readonly phases: readonly {
    readonly number: number;
    readonly kind: PhaseKind;
    readonly lossless: boolean;
  }[];
  readonly direction: Direction | null;
  readonly movingPhase: number | null;
  readonly activity: Activity;
  readonly ended: 'done' | 'abandoned' | null;
  readonly approval: ApprovalState;
  readonly drift: boolean;
  readonly databaseReachable: boolean;
  /** The database can be asked, and does not know the rollout any more. */
  readonly forgotten?: boolean;
  /** True when a headless caller, not this dashboard, drives the rollout. */
  readonly managedElsewhere: boolean;
  readonly retainedUntil: string | null;
  readonly now: string;
}

export interface AvailableAction {
  readonly action: Action;
  readonly allowed: boolean;
  /** The button's words: a verb and its object. */
  readonly label: string;
  /** Why not, or what it waits for. null when allowed. */
  readonly reason: string | null;
}

type Verdict = string | null;

function refuseEnded(context: ActionContext): Verdict {
  if (context.ended === 'done') return 'It is finished: the old shape is deleted.';
  if (context.ended === 'abandoned') return 'It was abandoned.';
  return null;
}

function unreachable({ forgotten }: ActionContext): string {
  return forgotten === true
    ? 'The database does not know it any more: abandon it here.'
    : 'The database cannot be reached.';
}

function refuseMove(context: ActionContext, event: RolloutEvent): Verdict {
  const ended = refuseEnded(context);
  if (ended !== null) return ended;
  if (!context.databaseReachable) return unreachable(context);
  if (context.managedElsewhere) return 'It was started from the command line; take it over first.';
  if (nextActivity(context.activity, event) === null) {
    if (context.activity === 'idle') return 'Nothing is running.';
    return context.activity === 'pausing' ? 'It is pausing.' : `It is ${context.activity} now.`;
  }
  return null;
}

function refuseAdvance(context: ActionContext): Verdict {
  const move = refuseMove(context, 'advance');
  if (move !== null) return move;
  const number = requestedPhase({ ...context, phaseCount: context.phases.length }, 'forward');
  if (number === null) return 'Every phase is done.';
  if (context.approval === 'missing') return 'The plan is not approved yet.';
  if (context.drift || context.approval === 'void')
    return 'The schema changed since the approval: review and approve again.';
  const phase = context.phases[number - 1];
  if (phase?.kind === 'purge' && context.retainedUntil !== null && context.retainedUntil > context.now) {
    return `The retired column is kept until ${context.retainedUntil.slice(0, 16).replace('T', ' ')} UTC.`;
  }
  return null;
}

function refuseRollBack(context: ActionContext): Verdict {
  const move = refuseMove(context, 'roll_back');
  if (move !== null) return move;
  if (context.direction === 'back' && context.activity === 'running') return 'It is already rolling back.';
  const number = requestedPhase({ ...context, phaseCount: context.phases.length }, 'back');
  if (number === null) return 'Nothing has been done yet.';
  if (context.phases[number - 1]?.kind === 'purge') return 'Deleted columns cannot be brought back.';
  return null;
}

/** Ending somebody else's session is for those who may move the rollout; which session, the server decides. */
function refuseBlocker(context: ActionContext): Verdict {
  const ended = refuseEnded(context);
  if (ended !== null) return ended;
  if (!context.databaseReachable) return unreachable(context);
  if (context.managedElsewhere) return 'It was started from the command line; take it over first.';
  return null;
}

function isMoving({ activity }: ActionContext): boolean {
  return activity === 'running' || activity === 'pausing' || activity === 'held';
}

const hasStarted = ({ position, activity }: ActionContext): boolean => position > 0 || activity !== 'idle';

function refuseLeave(context: ActionContext): Verdict {
  const refused = refuseBlocker(context);
  if (refused !== null) return refused;
  if (!hasStarted(context)) return 'Nothing of it is in the database: abandon it.';
  return isMoving(context) ? 'It is running: pause it first.' : null;
}

function refuseTakeOver(context: ActionContext): Verdict {
  const ended = refuseEnded(context);
  if (ended !== null) return ended;
  if (!context.databaseReachable) return unreachable(context);
  return context.managedElsewhere ? null : 'This dashboard drives it.';
}

function refuseHandOver(context: ActionContext): Verdict {
  const ended = refuseEnded(context);
  if (ended !== null) return ended;
  if (!context.databaseReachable) return unreachable(context);
  if (context.managedElsewhere) return 'This dashboard does not drive it.';
  if (!hasStarted(context)) return 'It has not started: nothing of it is in the database yet.';
  return isMoving(context) ? 'It is running: pause it first.' : null;
}

function label(context: ActionContext, action: Action): string {
  const phaseTitle = (direction: Direction): string => {
    const number = requestedPhase({ ...context, phaseCount: context.phases.length }, direction);
    const phase = number === null ? undefined : context.phases[number - 1];
    return phase === undefined ? '' : ` ${PHASE_TITLES[phase.kind]}`;
  };
  const labels: Record<Action, () => string> = {
    edit: () => 'Edit draft',
    approve: () => (context.approval === 'void' ? 'Approve again' : 'Approve plan'),
    advance: () =>
      context.direction === 'back' && context.activity === 'failed'
        ? `Do${phaseTitle('forward')} again`
        : `${context.activity === 'failed' ? 'Retry' : 'Start'}${phaseTitle('forward')}`,
    roll_back: () =>
      context.direction === 'back' && context.activity === 'failed'
        ? `Retry roll back of${phaseTitle('back')}`
        : `Roll back${phaseTitle('back')}`,
    pause: () => 'Pause',
    resume: () => 'Resume',
    abandon: () => 'Abandon',
    leave: () => 'Abandon and leave it as it is',
    take_over: () => 'Take over',
    hand_over: () => 'Hand to the command line',
    duplicate: () => 'Duplicate',
    change_settings: () => 'Change settings',
    cancel_blocker: () => 'Cancel query',
    terminate_blocker: () => 'End session',
  };
  return labels[action]();
}

const RULES: Record<Action, (context: ActionContext) => Verdict> = {
  edit: (context) =>
    refuseEnded(context) ??
    (context.position > 0 || context.activity !== 'idle'
      ? 'It has started: roll back to the start to edit it.'
      : null),
  approve: (context) =>
    refuseEnded(context) ??
    (context.approval === 'valid' && !context.drift
      ? 'It is approved.'
      : context.databaseReachable
        ? null
        : unreachable(context)),
  advance: refuseAdvance,
  roll_back: refuseRollBack,
  pause: (context) => refuseMove(context, 'pause'),
  resume: (context) => refuseMove(context, 'resume'),
  abandon: (context) =>
    refuseEnded(context) ??
    (context.forgotten !== true && hasStarted(context)
      ? 'It has started: roll back to the start first.'
      : null),
  leave: refuseLeave,
  take_over: refuseTakeOver,
  hand_over: refuseHandOver,
  duplicate: () => null,
  change_settings: refuseEnded,
  cancel_blocker: refuseBlocker,
  terminate_blocker: refuseBlocker,
};

/**
 * What may be done to a rollout now, and why not. The one place that decides: buttons, server actions, API and
 * command line all ask it. Pure; the actor is part of the signature because roles will decide here too.
 */
export function availableActions(context: ActionContext, _actor: Actor): readonly AvailableAction[] {
  return ACTIONS.map((action) => {
    const reason = RULES[action](context);
    return { action, allowed: reason === null, label: label(context, action), reason };
  });
}
