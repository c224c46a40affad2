'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Dialog } from '@/components/ui/dialog';
import { ElapsedTime } from '@/components/ui/elapsed-time';
import { ageInWords, type BlockerAct } from '@/lib/core/blocker';
import type { BlockerView } from '@/lib/views/blocker-view';
import type { TransitionLive } from '@/lib/views/transition-view';
import { holdEnds, triesInWords } from './hold-words';
import type { TransitionActs } from './use-transition-acts';

const WORDS: Record<BlockerAct, { readonly verb: string; readonly consequence: string }> = {
  cancel: {
    verb: 'Cancel query',
    consequence:
      'The query ends with an error and its transaction is rolled back; the session stays. Its application gets “canceling statement due to user request”.',
  },
  terminate: {
    verb: 'End session',
    consequence:
      'Its connection is cut and its transaction is rolled back. Its application gets an error and has to connect again.',
  },
};

const nameOf = (blocker: BlockerView): string =>
  blocker.pid === null ? blocker.application : `pid ${blocker.pid}`;

/** Between two attempts nothing is blocked; a wait for a lock names whom the last one met, and a vacuum is its own reason. */
const isMeant = (blocker: BlockerView, holds: TransitionLive['holds']): boolean =>
  holds.some(
    ({ kind, culprit, evidence }) =>
      culprit === nameOf(blocker) || (kind === 'lock' && evidence.some(({ pid }) => pid === blocker.pid)),
  );

/** What the move waits for, and who holds the tables for long, with what a person may do about it. */
export function WaitsPanel({
  live,
  acts,
}: {
  readonly live: Pick<TransitionLive, 'holds' | 'blockers' | 'moreBlockers' | 'actions'>;
  readonly acts: Pick<TransitionActs, 'pending' | 'endBlocker'>;
}) {
  const [asking, setAsking] = useState<{ blocker: BlockerView; act: BlockerAct } | null>(null);
  const { holds, blockers } = live;
  if (holds.length === 0 && blockers.length === 0) return null;
  const may = (act: BlockerAct): boolean =>
    live.actions.some(({ action, allowed }) => action === `${act}_blocker` && allowed);
  return (
    <Card id="waits" title={holds.length > 0 ? 'Waiting' : 'Holds a table now'}>
      {holds.length > 0 ? (
        <ul className="space-y-2 not-last:mb-3 not-last:border-b not-last:pb-3">
          {holds.map((hold) => (
            <li key={`${hold.kind} ${hold.culprit}`}>
              <p className="break-words first-letter:uppercase">{hold.message}</p>
              <p className="text-sm text-ink-3 tabular">
                Waiting <ElapsedTime since={hold.since} />
                {triesInWords(hold) === null ? '' : `, ${triesInWords(hold)}`}
              </p>
              <p className="text-sm text-ink-2">
                {holdEnds(hold).text}
                {holdEnds(hold).limited ? (
                  <>
                    {' '}
                    The limit is in the{' '}
                    <a href="#settings" className="text-accent hover:underline">
                      settings
                    </a>
                    .
                  </>
                ) : null}
              </p>
            </li>
          ))}
        </ul>
      ) : (
        <p className="mb-3 text-sm text-ink-2">
          {blockers.length === 1 ? 'This transaction' : 'These transactions'} would keep the next change
          waiting, or stop it before it begins.
        </p>
      )}
      {holds.length > 0 &&
      blockers.length > 0 &&
      !blockers.some((blocker) => blocker.blocksNow || isMeant(blocker, holds)) ? (
        <p className="mb-2 text-sm text-ink-2">Not the reason now, but holding a table:</p>
      ) : null}
      {blockers.length === 0 ? null : (
        <ul aria-label="Transactions in the way">
          {blockers.map((blocker) => (
            <Blocker
              key={`${nameOf(blocker)} ${blocker.transactionStart}`}
              blocker={blocker}
              acts={blocker.acts.filter(may)}
              pending={acts.pending}
              onAct={(act) => setAsking({ blocker, act })}
            />
          ))}
        </ul>
      )}
      {live.moreBlockers === 0 ? null : (
        <p className="mt-3 text-sm text-ink-2">
          And {live.moreBlockers} more, {live.moreBlockers === 1 ? 'a younger one' : 'younger ones'}.
        </p>
      )}
      {asking === null ? null : (
        <Dialog
          open
          onOpenChange={() => setAsking(null)}
          title={`${WORDS[asking.act].verb} of ${nameOf(asking.blocker)}`}
          description={WORDS[asking.act].consequence}
          footer={
            <>
              <Button onClick={() => setAsking(null)}>Leave it</Button>
              <Button
                variant="danger"
                busy={acts.pending !== null}
                onClick={async () => {
                  await acts.endBlocker(asking.blocker, asking.act);
                  setAsking(null);
                }}
              >
                {WORDS[asking.act].verb}
              </Button>
            </>
          }
        >
          <Facts blocker={asking.blocker} />
        </Dialog>
      )}
    </Card>
  );
}

function Blocker(props: {
  readonly blocker: BlockerView;
  readonly acts: readonly BlockerAct[];
  readonly pending: string | null;
  readonly onAct: (act: BlockerAct) => void;
}) {
  const { blocker } = props;
  return (
    <li className="border-b py-3 first:pt-0 last:border-b-0 last:pb-0">
      <Facts blocker={blocker} />
      {blocker.note === null ? null : <p className="mt-1.5 text-sm text-ink-2">{blocker.note}</p>}
      {props.acts.length > 0 ? (
        <div className="mt-2 flex flex-wrap gap-2">
          {props.acts.map((act) => (
            <Button
              key={act}
              size="sm"
              disabled={props.pending !== null}
              aria-label={`${WORDS[act].verb} of ${nameOf(blocker)}`}
              onClick={() => props.onAct(act)}
            >
              {WORDS[act].verb}
            </Button>
          ))}
        </div>
      ) : null}
    </li>
  );
}

function Facts({ blocker }: { readonly blocker: BlockerView }) {
  const who = [blocker.user, blocker.application, blocker.client].filter((part) => part);
  return (
    <div className="min-w-0">
      <p className="break-words">
        <span className="font-semibold tabular">
          {blocker.pid === null ? 'Prepared transaction' : nameOf(blocker)}
        </span>
        {who.length > 0 ? <span className="text-ink-2"> · {who.join(' · ')}</span> : null}
      </p>
      <p className="text-sm text-ink-2 tabular">
        {blocker.ageSeconds === null
          ? 'Age not shown to Segue’s role'
          : `Open for ${ageInWords(blocker.ageSeconds)}`}
        {` · ${blocker.state}`}
        {blocker.holds === '' ? '' : ` · holds ${blocker.holds}`}
      </p>
      {blocker.query === '' ? null : (
        <pre className="mt-1 line-clamp-3 font-mono text-sm break-words whitespace-pre-wrap text-ink-2">
          {blocker.query}
        </pre>
      )}
    </div>
  );
}
