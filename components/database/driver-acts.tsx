'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { handOver, leaveTransition, takeOver } from '@/app/actions/rollouts';
import { abandonTransition } from '@/app/actions/transitions';
import { useAct } from '@/components/people/use-act';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { Action } from '@/lib/core/available-actions';
import type { ExaminedTransition } from '@/lib/views/examination-view';

/** Who drives a transition, and its end: take over, hand over, abandon; what is not allowed now is not offered. */
export function DriverActs(props: { readonly item: ExaminedTransition; readonly left: readonly string[] }) {
  const { item, left } = props;
  const { transitionId: id, name, version } = item;
  const router = useRouter();
  const { act, pending } = useAct();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  if (id === null)
    return (
      <p className="text-sm text-ink-3">
        This dashboard takes it into its list within a few seconds. Then it can be taken over or abandoned
        here.
      </p>
    );
  const label = (action: Action) => item.actions.find((candidate) => candidate.action === action)?.label;
  const done = (words: string) => () => {
    setAsking(false);
    toast.success(words);
    router.refresh();
  };
  const leaves = label('leave') !== undefined;
  const words = [
    label('take_over') === undefined
      ? ''
      : 'Take over: from then on this dashboard drives it, and the command line is refused.',
    label('hand_over') === undefined
      ? ''
      : 'Hand to the command line: this dashboard only looks on, until somebody takes it over again.',
    leaves
      ? 'Abandon: it ends where it stands, and what it put in place stays.'
      : label('abandon') === undefined
        ? ''
        : 'Abandon: it moves to “Ended”; nothing of it is in the database.',
  ].filter(Boolean);
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap gap-2">
        {label('take_over') === undefined ? null : (
          <Button
            size="sm"
            busy={pending === 'take_over'}
            onClick={() =>
              act('take_over', () => takeOver({ id }), { onDone: done(`This dashboard drives ${name} now.`) })
            }
          >
            {label('take_over')}
          </Button>
        )}
        {label('hand_over') === undefined ? null : (
          <Button
            size="sm"
            busy={pending === 'hand_over'}
            onClick={() =>
              act('hand_over', () => handOver({ id }), {
                onDone: done(`The command line drives ${name} now.`),
              })
            }
          >
            {label('hand_over')}
          </Button>
        )}
        {leaves || label('abandon') !== undefined ? (
          <Button size="sm" onClick={() => setAsking(true)}>
            Abandon…
          </Button>
        ) : null}
      </div>
      {words.map((line) => (
        <p key={line} className="text-sm text-ink-3">
          {line}
        </p>
      ))}
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Abandon ${name}`}
        description={
          leaves
            ? 'It ends where it stands and cannot be moved again. What it put in place stays in the database and goes on working.'
            : 'It moves to “Ended”. Nothing of it is in the database.'
        }
        footer={
          <>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
            {leaves ? (
              <Button
                variant="danger"
                disabled={typed.trim() !== name}
                busy={pending === 'leave'}
                onClick={() =>
                  act('leave', () => leaveTransition({ id, version, typedName: typed }), {
                    onDone: done(`${name} is abandoned; what it had put in place was left.`),
                  })
                }
              >
                Abandon and leave it
              </Button>
            ) : (
              <Button
                variant="primary"
                busy={pending === 'abandon'}
                onClick={() =>
                  act('abandon', () => abandonTransition({ id, version }), {
                    onDone: done(`${name} is abandoned.`),
                  })
                }
              >
                Abandon
              </Button>
            )}
          </>
        }
      >
        {leaves ? (
          <div className="space-y-4">
            {left.length === 0 ? null : (
              <ul className="list-disc space-y-1 pl-5 text-sm">
                {left.map((line) => (
                  <li key={line} className="break-all">
                    {line}
                  </li>
                ))}
              </ul>
            )}
            <p className="text-ink-2">
              To take it out of the database instead,{' '}
              <Link href={`/transitions/${id}`} className="text-accent hover:underline">
                roll it back
              </Link>{' '}
              to its start first.
            </p>
            <Field label={`Type its name, ${name}, to leave it`}>
              {(ids) => (
                <Input
                  {...ids}
                  autoComplete="off"
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </Field>
          </div>
        ) : (
          <p className="text-ink-2">Its table is free for other transitions at once.</p>
        )}
      </Dialog>
    </div>
  );
}
