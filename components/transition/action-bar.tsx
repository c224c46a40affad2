'use client';

import { CornerUpLeft, Pause, Play } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/button';
import type { Action, AvailableAction } from '@/lib/core/available-actions';
import type { TransitionLive, TransitionView } from '@/lib/views/transition-view';
import { AdvanceSheet } from './advance-sheet';
import {
  advanceConsequence,
  type Consequence,
  confirmationFor,
  nameToType,
  rollBackConsequence,
} from './consequences';
import { DeleteDialog } from './delete-dialog';
import { primaryAction, whyNot } from './primary-action';
import { RollBackDialog } from './roll-back-dialog';
import type { TransitionActs } from './use-transition-acts';

function Line({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm font-semibold">{label}</dt>
      <dd className="text-sm text-ink-2">{children}</dd>
    </div>
  );
}

function ConsequenceText({ consequence }: { readonly consequence: Consequence }) {
  return (
    <>
      {consequence.text}
      {consequence.first === null ? null : (
        <strong className="mt-1 block font-medium text-waiting">{consequence.first}</strong>
      )}
    </>
  );
}

const APPROVE_TEXT =
  'Fixes this plan and its SQL for this database. It starts nothing. If the schema changes later, the approval is void.';

/** The one primary action, the way back beside it, and under both what they do. */
export function ActionBar(props: {
  readonly transition: TransitionView;
  readonly live: TransitionLive;
  readonly acts: TransitionActs;
}) {
  const { transition, live, acts } = props;
  const { plan } = transition;
  const [asking, setAsking] = useState<'sheet' | 'type_name' | 'roll_back' | null>(null);
  const find = (action: Action): AvailableAction | undefined =>
    live.actions.find((candidate) => candidate.action === action);
  const primary = primaryAction(live);
  const rollBack = find('roll_back');
  const pause = find('pause');
  const forward = advanceConsequence(plan, live.track, live.settings.maxPauseMs);
  const back = rollBackConsequence(plan, live.track, live.settings.maxPauseMs);
  const reason = whyNot(live);
  const unsureBack = live.checks.filter(
    (check) => check.moment === 'rollback' && check.outcome === 'inconclusive' && !check.acknowledged,
  );
  const unsureForward = live.checks.some(
    (check) =>
      check.phase === forward?.phase.number && check.outcome === 'inconclusive' && !check.acknowledged,
  );
  const takeOver = live.managedElsewhere;

  const pressPrimary = (): void => {
    if (primary?.action === 'approve') acts.approve(plan.digest, '');
    else if (primary?.action === 'resume') acts.resume();
    else if (forward !== null) {
      const tier = confirmationFor(forward.phase);
      if (tier === 'none' && !unsureForward) acts.advance({});
      else setAsking(tier === 'type_name' ? 'type_name' : 'sheet');
    }
  };
  const pressRollBack = (): void => {
    if (unsureBack.length > 0) setAsking('roll_back');
    else acts.rollBack([]);
  };
  const close = (): void => setAsking(null);
  const showBack = rollBack?.allowed === true && back !== null;
  const buttons = primary !== null || showBack || pause?.allowed === true || takeOver;

  return (
    <section aria-label="Actions" className="max-w-[760px]">
      {buttons ? (
        <div className="z-20 flex flex-wrap gap-2 max-md:fixed max-md:inset-x-0 max-md:bottom-[calc(56px+env(safe-area-inset-bottom))] max-md:border-t max-md:bg-surface max-md:px-4 max-md:py-2.5 max-md:*:flex-1">
          {primary === null ? null : (
            <Button
              variant={primary.action === 'advance' && forward?.phase.kind === 'purge' ? 'danger' : 'primary'}
              busy={acts.pending === primary.action}
              disabled={acts.pending !== null}
              onClick={pressPrimary}
            >
              {primary.action === 'resume' ? <Play aria-hidden size={15} /> : null}
              {primary.label}
            </Button>
          )}
          {takeOver ? (
            <Button variant="primary" busy={acts.pending === 'take_over'} onClick={() => acts.takeOver()}>
              Take over
            </Button>
          ) : null}
          {pause?.allowed === true ? (
            <Button
              busy={acts.pending === 'pause'}
              disabled={acts.pending !== null}
              onClick={() => acts.pause()}
            >
              <Pause aria-hidden size={15} /> {pause.label}
            </Button>
          ) : null}
          {showBack ? (
            <Button
              busy={acts.pending === 'roll_back'}
              disabled={acts.pending !== null}
              onClick={pressRollBack}
            >
              <CornerUpLeft aria-hidden size={15} /> {rollBack.label}
            </Button>
          ) : null}
        </div>
      ) : null}
      <dl className="mt-3 grid gap-3 sm:grid-cols-2 sm:gap-6">
        {primary?.action === 'approve' ? <Line label={primary.label}>{APPROVE_TEXT}</Line> : null}
        {primary?.action === 'advance' && forward !== null ? (
          <Line label={primary.label}>
            <ConsequenceText consequence={forward} />
          </Line>
        ) : null}
        {primary?.action === 'resume' ? (
          <Line label={primary.label}>It goes on from its last batch.</Line>
        ) : null}
        {reason === null ? null : <Line label="Why nothing can be started now">{reason}</Line>}
        {showBack ? (
          <Line label={rollBack.label}>
            <ConsequenceText consequence={back} />
          </Line>
        ) : null}
      </dl>
      {asking === 'sheet' && forward !== null && primary !== null ? (
        <AdvanceSheet
          label={primary.label}
          consequence={forward}
          checks={live.checks}
          busy={acts.pending === 'advance'}
          onClose={close}
          onStart={async (words) => {
            if (await acts.advance(words)) close();
          }}
        />
      ) : null}
      {asking === 'type_name' && forward !== null && primary !== null ? (
        <DeleteDialog
          label={primary.label}
          consequence={forward}
          name={nameToType(plan)}
          busy={acts.pending === 'advance'}
          onClose={close}
          onStart={async (typedTable) => {
            if (await acts.advance({ typedTable })) close();
          }}
        />
      ) : null}
      {asking === 'roll_back' && back !== null && rollBack !== undefined ? (
        <RollBackDialog
          label={rollBack.label}
          consequence={back}
          unsure={unsureBack}
          busy={acts.pending === 'roll_back'}
          onClose={close}
          onStart={async (acknowledged) => {
            if (await acts.rollBack(acknowledged)) close();
          }}
        />
      ) : null}
    </section>
  );
}
