import { MONTH_NAMES } from '@/lib/core/month-names';
import { PHASE_TITLES, type Phase, type Plan } from '@/lib/core/plan';
import type { RolloutFact, RolloutStatus } from '@/lib/core/rollout';
import { workDone } from './backfill-progress';
import { codeNow } from './code-now';
import { timeLeftText } from './time-left';
import type { ApprovalView, BackfillView, StateSentence } from './transition-view';

export interface SentenceInput {
  readonly plan: Plan;
  readonly status: RolloutStatus;
  readonly fact: Pick<RolloutFact, 'position' | 'movingPhase' | 'direction' | 'retainedUntil'>;
  readonly approval: ApprovalView['state'];
  readonly backfills: readonly BackfillView[];
  readonly stepTitle: string | null;
  /** How far the statement of the step in hand is, 0…1; null where that is not known. */
  readonly stepShare?: number | null;
  readonly errorMessage: string | null;
  readonly errorNext: string | null;
  /** Why the worker waits (database gone, another worker at work); null when it does not. */
  readonly waiting: string | null;
  readonly databaseError: string | null;
  /** The database was asked and does not know it any more; `databaseError` says so. */
  readonly forgotten?: boolean;
  readonly managedElsewhere: boolean;
  /** The target knows less than was seen here. */
  readonly restored?: string | null;
  /** ISO time. */
  readonly now: string;
}

/** The first line under the title: what is going on, what is safe, what is next. One for every status and phase. */
export function stateSentence(input: SentenceInput): StateSentence {
  const safe = safety(input);
  if (input.databaseError !== null && input.status !== 'done' && input.status !== 'abandoned') {
    if (input.forgotten === true)
      return {
        now: input.databaseError,
        safe: 'What the database says counts: nothing is written into it.',
        next: 'Abandon it here, and duplicate it to begin again. Or bring back the database that knows it.',
      };
    return {
      now: `The database cannot be reached: ${input.databaseError}`,
      safe:
        input.fact.movingPhase === null
          ? 'Nothing was under way there.'
          : 'What it had done is recorded there, a COMMIT without an answer too. When the database is back it looks there first, and goes on.',
      next: 'Nothing to do here; check the database and the network.',
    };
  }
  if (input.restored !== undefined && input.restored !== null) {
    return {
      now: input.restored,
      safe,
      next:
        input.fact.movingPhase === null
          ? 'What the database says counts. See that the code fits it, then approve again, or roll back.'
          : 'What the database says counts. It stands half-way through a phase: roll that back, then approve again.',
    };
  }
  return { now: goingOn(input), safe, next: next(input) };
}

function phaseAt(plan: Plan, number: number | null): Phase | undefined {
  return number === null ? undefined : plan.phases[number - 1];
}

/** The screen's name of a phase by number. */
function title(plan: Plan, number: number | null): string {
  const phase = phaseAt(plan, number);
  return phase === undefined ? '' : PHASE_TITLES[phase.kind];
}

function goingOn(input: SentenceInput): string {
  const atRest = input.status === 'not_started' || input.status === 'ready' || input.status === 'retired';
  // A move that stopped before it had done anything leaves the rollout at rest, with the reason.
  if (atRest && input.errorMessage !== null) return 'The last attempt stopped before it changed anything.';
  const { plan, fact } = input;
  const moving = title(plan, fact.movingPhase);
  const running = input.backfills.find((backfill) => backfill.state === 'running');
  switch (input.status) {
    case 'not_started':
      return input.approval === 'valid'
        ? 'The plan is approved; nothing has been changed yet.'
        : 'Nothing has been changed yet.';
    case 'running': {
      if (input.waiting !== null) return `${moving} waits: ${firstSentence(input.waiting)}`;
      if (running !== undefined) {
        const left = timeLeftText(running.secondsLeft);
        return `${copying(running)}.${left === null ? '' : ` ${left}`}`;
      }
      return input.stepTitle === null
        ? `${moving} is running.`
        : `${moving} is running: ${input.stepTitle}${stepShare(input)}.`;
    }
    case 'rolling_back':
      return input.waiting === null
        ? `${moving} is being rolled back.`
        : `Rolling back ${moving} waits: ${firstSentence(input.waiting)}`;
    case 'pausing':
      return `${subject(input, moving)} is pausing: it stops after the batch or step in hand.`;
    case 'paused': {
      const held = input.backfills.find((backfill) => backfill.state === 'paused');
      return held === undefined || fact.direction === 'back'
        ? `${subject(input, moving)} is paused.`
        : `${moving} is paused. ${copied(held)}.`;
    }
    case 'held':
      return input.waiting === null
        ? `${subject(input, moving)} is held back for the moment.`
        : `${subject(input, moving)} is held: ${firstSentence(input.waiting)}`;
    case 'failed':
      return `${subject(input, moving)} stopped: ${firstSentence(input.errorMessage ?? 'a step did not succeed.')}`;
    case 'ready':
      return `${title(plan, fact.position)} is done.`;
    case 'retired':
      return bothColumns(plan)
        ? 'The old column is retired: renamed away and still kept in step.'
        : 'Retire is done: what goes is out of use and kept until Delete.';
    case 'done':
      return isDeleted(input.plan) ? 'Finished: the old shape is deleted.' : 'Finished: every phase is done.';
    case 'abandoned':
      return fact.position > 0
        ? 'Abandoned. What it had put in place was left in the database.'
        : 'Abandoned. Nothing of it is left in the database.';
  }
}

/** What moves: the phase, or its way back. */
const subject = ({ fact }: SentenceInput, phase: string): string =>
  fact.direction === 'back' ? `Rolling back ${phase}` : phase;

/** A headline holds the first sentence; the rest stands where the wait is described. */
const firstSentence = (text: string): string => /^.*?[.!?](?=\s)/s.exec(text)?.[0] ?? text;

function stepShare({ stepShare: share }: SentenceInput): string {
  return share === undefined || share === null ? '' : `, ${Math.min(99, Math.floor(share * 100))} %`;
}

function copying(backfill: BackfillView): string {
  return `Copying rows, ${share(backfill)}`;
}

function copied(backfill: BackfillView): string {
  return `${share(backfill)} of the rows are copied`;
}

function share(backfill: BackfillView): string {
  if (backfill.rowsDone > backfill.rowsTotal && !backfill.totalIsExact) {
    return `${backfill.rowsDone.toLocaleString('en')} so far, more than the estimate`;
  }
  return `${Math.floor(workDone(backfill) * 100 + 1e-6)} %`;
}

function safety(input: SentenceInput): string {
  if (input.status === 'done' && isDeleted(input.plan))
    return 'Only new code works. It cannot be rolled back.';
  if (input.status === 'abandoned')
    return input.fact.position > 0
      ? 'What is left goes on working; nothing moves it any more.'
      : 'Old code works as before.';
  const code = codeNow(input.plan, input.fact);
  if (code.old === 'works' && code.new === 'works') {
    return bothColumns(input.plan) ? 'Both columns accept reads and writes.' : 'Old and new code both work.';
  }
  if (code.old === 'works') {
    const copyingRows = input.backfills.some(({ state }) => state === 'running' || state === 'paused');
    return copyingRows && bothColumns(input.plan)
      ? 'Both columns accept reads and writes; new code must wait until every row is copied.'
      : 'Old code works unchanged; new code must wait.';
  }
  if (code.new === 'works') return 'New code works; old code must be out of service.';
  return 'Neither old nor new code is promised to work for this moment.';
}

/** Where the last phase is Delete, a finished transition has no way back. */
function isDeleted(plan: Plan): boolean {
  return plan.phases.at(-1)?.kind === 'purge';
}

/** Where the old and the new side have names of their own, so that both can be written. */
function bothColumns(plan: Plan): boolean {
  return plan.operations.some((operation) =>
    operation.kind === 'change_type'
      ? operation.to !== undefined && operation.to !== operation.column
      : ['rename_column', 'split_column', 'merge_columns'].includes(operation.kind),
  );
}

function next(input: SentenceInput): string {
  const { plan, fact } = input;
  if (input.managedElsewhere && input.status !== 'done' && input.status !== 'abandoned') {
    return 'It was started from the command line; take it over to go on here.';
  }
  if (input.errorMessage !== null && input.errorNext !== null) return input.errorNext;
  switch (input.status) {
    case 'running':
    case 'rolling_back':
    case 'pausing':
    case 'held':
      return input.waiting === null ? 'Nothing to do.' : 'It goes on by itself once that has passed.';
    case 'paused':
      return 'Resume it, or roll back.';
    case 'failed':
      return 'Mend the cause and retry, or roll back.';
    case 'not_started':
      if (input.approval === 'missing') return 'Review the plan and approve it.';
      if (input.approval === 'void')
        return 'The schema changed since the approval: review and approve again.';
      return `Start ${title(plan, 1)} when you are ready.`;
    case 'ready':
    case 'retired':
      return nextPhase(input, phaseAt(plan, fact.position + 1));
    case 'done':
      return isDeleted(plan) ? 'Nothing to do.' : 'Nothing to do; it can still be rolled back.';
    case 'abandoned':
      return 'Nothing to do.';
  }
}

function nextPhase(input: SentenceInput, phase: Phase | undefined): string {
  if (phase === undefined) return 'Nothing to do.';
  const { retainedUntil } = input.fact;
  if (phase.kind === 'purge' && retainedUntil !== null && retainedUntil > input.now) {
    return `Nothing to do until ${dayOf(retainedUntil)}; then it can be deleted.`;
  }
  if (input.approval === 'missing') return 'Review the plan and approve it to go on.';
  if (input.approval === 'void') return 'The schema changed since the approval: review and approve again.';
  const start = `${phase.deploy === null ? 'S' : 's'}tart ${PHASE_TITLES[phase.kind]}`;
  return phase.deploy === null ? `${start} when you are ready.` : `${deployFirst(phase)}, then ${start}.`;
}

function deployFirst(phase: Phase): string {
  return `Deploy “${phase.deploy?.title.replace(/\.$/, '') ?? ''}”`;
}

/** "14 November, 09:30 UTC". */
function dayOf(iso: string): string {
  const date = new Date(iso);
  return `${date.getUTCDate()} ${MONTH_NAMES[date.getUTCMonth()]}, ${iso.slice(11, 16)} UTC`;
}
