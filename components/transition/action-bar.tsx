'use client';

import { CornerUpLeft, type LucideIcon, Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { ThumbBar } from '@/components/layout/thumb-bar';
import { Button } from '@/components/ui/button';
import { classNames } from '@/components/ui/class-names';
import type { Action, AvailableAction } from '@/lib/core/available-actions';
import type { TransitionLive, TransitionView } from '@/lib/views/transition-view';
import { ActionQuestions, type Question } from './action-questions';
import {
  advanceConsequence,
  confirmationFor,
  pauseConsequence,
  resumeConsequence,
  rollBackConsequence,
} from './consequences';
import { knownObstacle, openQuestions } from './open-questions';
import { primaryAction, whyNot } from './primary-action';
import { RefusalNotice } from './refusal-notice';
import type { TransitionActs } from './use-transition-acts';

interface ActionBarProps {
  readonly transition: TransitionView;
  readonly live: TransitionLive;
  readonly acts: TransitionActs;
}

interface Offer {
  readonly name: string;
  readonly label: string;
  readonly look: 'primary' | 'danger' | 'secondary';
  readonly icon: LucideIcon | null;
  readonly text: string;
  /** The code that has to be moved first. */
  readonly first: string | null;
  readonly press: () => void;
}

const APPROVE_TEXT =
  'Fixes this plan and its SQL for this database. Starts nothing. If the schema changes later, the approval is void.';

const TRIAL_TEXT =
  'Your own SQL is tried once more, in a transaction that is rolled back after 300 ms at the latest.';

/** What to know before a plan is approved that was not shown to end where its file does; null: nothing. */
function unprovedWords(proof: TransitionLive['proof']): string | null {
  if (proof === null || proof.state === 'equal') return null;
  if (proof.state === 'different')
    return 'On a copy this plan ended otherwise than your file: read the differences first.';
  return proof.state === 'unproved'
    ? 'It is not proved that this plan ends where your file does.'
    : 'It is not proved yet that this plan ends where your file does.';
}

/** What is offered now: the one primary action first, the way back after it, each with its consequence. */
function useOffers(
  { transition, live, acts }: ActionBarProps,
  ask: (question: Question) => void,
): readonly Offer[] {
  const { plan } = transition;
  const find = (action: Action): AvailableAction | undefined =>
    live.actions.find((candidate) => candidate.action === action && candidate.allowed);
  const forward = advanceConsequence(plan, live.track, live.settings);
  const back = rollBackConsequence(plan, live.track, live.settings);
  const primary = primaryAction(live);
  const offers: Offer[] = [];
  const plain = { icon: null, first: null, look: 'primary' as const };

  const takeOver = find('take_over');
  if (takeOver !== undefined) {
    offers.push({
      ...plain,
      name: 'take_over',
      label: takeOver.label,
      text: 'It was started from the command line. From then on this dashboard drives it; the hand-over is recorded.',
      press: () => acts.takeOver(),
    });
  }
  if (primary?.action === 'approve') {
    offers.push({
      ...plain,
      first: unprovedWords(live.proof),
      name: 'approve',
      label: primary.label,
      text: plan.operations.some(({ kind }) => kind === 'free_sql')
        ? `${APPROVE_TEXT} ${TRIAL_TEXT}`
        : APPROVE_TEXT,
      press: () => acts.approve(plan.digest),
    });
  } else if (primary?.action === 'resume') {
    offers.push({
      ...plain,
      name: 'resume',
      label: primary.label,
      icon: Play,
      text: resumeConsequence(plan, live),
      press: () => acts.resume(),
    });
  } else if (primary?.action === 'advance' && forward !== null) {
    const tier = confirmationFor(forward.phase);
    const undecided = openQuestions(live, forward.phase.number, 'forward').find(isOpen);
    const unsure = undecided !== undefined;
    const decision = unsure ? `Your decision is asked first: ${undecided.summary}` : null;
    const obstacle = knownObstacle(live, forward.phase.number);
    offers.push({
      ...plain,
      name: 'advance',
      label: primary.label,
      look: tier === 'type_name' ? 'danger' : 'primary',
      text: forward.text,
      first: obstacle ?? forward.first ?? decision,
      press: () => {
        if (tier === 'none' && !unsure) acts.advance({});
        else ask(tier === 'type_name' ? 'type_name' : 'sheet');
      },
    });
  }
  const pause = find('pause');
  if (pause !== undefined) {
    offers.push({
      ...plain,
      name: 'pause',
      label: pause.label,
      look: 'secondary',
      icon: Pause,
      text: pauseConsequence(live.statement),
      press: () => acts.pause(),
    });
  }
  const rollBack = find('roll_back');
  if (rollBack !== undefined && back !== null) {
    const unsure = openQuestions(live, back.phase.number, 'back').some(isOpen);
    offers.push({
      name: 'roll_back',
      label: rollBack.label,
      look: 'secondary',
      icon: CornerUpLeft,
      text: back.text,
      first: back.first,
      press: () => {
        if (unsure) ask('roll_back');
        else acts.rollBack([]);
      },
    });
  }
  if (takeOver !== undefined) return putFirst(offers, 'take_over');
  // Who was rolling back when it stopped means to roll back.
  const wentBack = live.status === 'failed' && live.track.direction === 'back';
  return wentBack ? putFirst(offers, 'roll_back') : offers;
}

/** That one is the primary action, and the only one. */
function putFirst(offers: readonly Offer[], name: Offer['name']): readonly Offer[] {
  const isFirst = (offer: Offer) => offer.name === name;
  return [
    ...offers.filter(isFirst).map((offer) => ({ ...offer, look: 'primary' as const })),
    ...offers
      .filter((offer) => !isFirst(offer))
      .map((offer) => (offer.look === 'primary' ? { ...offer, look: 'secondary' as const } : offer)),
  ];
}

const isOpen = ({ acknowledged }: { readonly acknowledged: boolean }): boolean => !acknowledged;

const COLUMNS = ['', 'sm:grid-cols-1', 'sm:grid-cols-2', 'sm:grid-cols-3'] as const;

/** The one primary action with the way back beside it, and under each what it does. On a phone the buttons stay at the thumb. */
export function ActionBar(props: ActionBarProps) {
  const { live, acts } = props;
  const [asking, setAsking] = useState<Question | null>(null);
  const offers = useOffers(props, setAsking);
  const reason = whyNot(live);
  if (offers.length === 0 && reason === null && acts.refusal === null) return null;
  const columns = COLUMNS[Math.min(3, offers.length)];
  return (
    <section aria-label="Actions" className="rounded-lg border bg-surface p-4">
      {acts.refusal === null ? null : <RefusalNotice refusal={acts.refusal} onClose={acts.dismiss} />}
      {offers.length > 0 ? (
        <ThumbBar className={classNames('gap-x-6 gap-y-2 md:grid', columns)}>
          {offers.map((offer) => (
            <Button
              key={offer.name}
              variant={offer.look}
              busy={acts.pending === offer.name}
              disabled={acts.pending !== null}
              onClick={offer.press}
              className="md:justify-self-start"
            >
              {offer.icon === null || acts.pending === offer.name ? null : (
                <offer.icon aria-hidden size={15} />
              )}
              {offer.label}
            </Button>
          ))}
        </ThumbBar>
      ) : null}
      <dl className={classNames('grid gap-x-6 gap-y-3 md:not-first:mt-3', columns)}>
        {offers.map((offer) => (
          <div key={offer.name} className="min-w-0 max-w-[720px]">
            <dt className="text-sm font-semibold md:sr-only">{offer.label}</dt>
            <dd className="text-sm text-ink-2">
              {offer.text}
              {offer.first === null ? null : (
                <strong className="mt-1 block font-medium text-waiting">{offer.first}</strong>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {reason === null ? null : (
        <p className="text-sm text-ink-2 not-first:mt-3">
          <span className="font-semibold text-ink">Nothing can be started now.</span> {reason}
        </p>
      )}
      <ActionQuestions {...props} asking={asking} onClose={() => setAsking(null)} />
    </section>
  );
}
