'use client';

import { CircleCheck } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { Plan } from '@/lib/core/plan';

/** SQL of one's own runs nowhere until a person says so: a trial takes the locks that the SQL takes. */
export function TrySql(props: {
  readonly plan: Plan;
  readonly tried: boolean;
  readonly pending: boolean;
  readonly onTry: () => void;
}) {
  const { plan, tried } = props;
  // What runs outside a transaction cannot be rolled back, so it is never tried.
  const own = plan.phases
    .flatMap((phase) => phase.steps)
    .filter((step) => step.ownSql !== undefined && step.outside === undefined);
  if (own.length === 0) return null;
  const known = own.every((step) => step.ownSql?.locksUnknown === false);
  if (tried && known) {
    return (
      <p className="flex gap-2 rounded-lg border bg-surface px-4 py-3">
        <CircleCheck aria-hidden size={16} className="mt-0.5 shrink-0 text-done" />
        Your SQL was tried there and back, and rolled back. The plan shows the locks that it took.
      </p>
    );
  }
  return (
    <Notice
      tone="waiting"
      title={tried ? 'Your SQL could not be tried to its end.' : 'Your SQL has not been tried.'}
    >
      <p>
        {tried
          ? 'The warning below says why. The plan can be saved; then nobody knows what it locks.'
          : 'A trial runs it there and back in a transaction that is rolled back after 300 ms at the latest, and holds the locks that it needs for that time. Saving the draft and approving the plan try it too.'}
      </p>
      <Button size="sm" className="mt-3" busy={props.pending} onClick={props.onTry}>
        {tried ? 'Try it again' : 'Try it'}
      </Button>
    </Notice>
  );
}
