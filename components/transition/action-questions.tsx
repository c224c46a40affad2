'use client';

import type { TransitionLive, TransitionView } from '@/lib/views/transition-view';
import { AdvanceSheet } from './advance-sheet';
import { advanceConsequence, nameToType, rollBackConsequence } from './consequences';
import { DeleteDialog } from './delete-dialog';
import { openQuestions } from './open-questions';
import { RollBackDialog } from './roll-back-dialog';
import type { TransitionActs } from './use-transition-acts';

export type Question = 'sheet' | 'type_name' | 'roll_back';

/** The question that an action asks before it starts. It closes with the answer: a refusal stands on the page, in sight. */
export function ActionQuestions(props: {
  readonly transition: TransitionView;
  readonly live: TransitionLive;
  readonly acts: TransitionActs;
  readonly asking: Question | null;
  readonly onClose: () => void;
}) {
  const { transition, live, acts, asking, onClose } = props;
  const { plan } = transition;
  const labelOf = (action: string): string =>
    live.actions.find((candidate) => candidate.action === action)?.label ?? '';
  const forward = advanceConsequence(plan, live.track, live.settings);
  const back = rollBackConsequence(plan, live.track, live.settings);
  if (asking === 'sheet' && forward !== null) {
    return (
      <AdvanceSheet
        label={labelOf('advance')}
        consequence={forward}
        checks={live.checks}
        unsure={openQuestions(live, forward.phase.number, 'forward')}
        busy={acts.pending === 'advance'}
        onClose={onClose}
        onStart={(words) => acts.advance(words).then(onClose)}
      />
    );
  }
  if (asking === 'type_name' && forward !== null) {
    return (
      <DeleteDialog
        label={labelOf('advance')}
        consequence={forward}
        name={nameToType(plan)}
        busy={acts.pending === 'advance'}
        onClose={onClose}
        onStart={(typedTable) => acts.advance({ typedTable }).then(onClose)}
      />
    );
  }
  if (asking === 'roll_back' && back !== null) {
    return (
      <RollBackDialog
        label={labelOf('roll_back')}
        consequence={back}
        unsure={openQuestions(live, back.phase.number, 'back').filter((check) => !check.acknowledged)}
        busy={acts.pending === 'roll_back'}
        onClose={onClose}
        onStart={(acknowledged) => acts.rollBack(acknowledged).then(onClose)}
      />
    );
  }
  return null;
}
