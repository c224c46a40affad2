import { CircleCheck, CircleDashed, FileDiff } from 'lucide-react';
import { Card } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import type { ApprovalView } from '@/lib/views/transition-view';

/** Whether this plan is approved, by whom, and what changed since. */
export function ApprovalPanel({ approval }: { readonly approval: ApprovalView }) {
  const by =
    approval.by === null || approval.at === null ? null : (
      <>
        {approval.by}, <RelativeTime at={approval.at} />
      </>
    );
  return (
    <Card id="approval" title="Approval">
      {approval.state === 'valid' ? (
        <p className="flex gap-2">
          <CircleCheck aria-hidden size={16} className="mt-0.5 shrink-0 text-done" />
          <span>Approved by {by}. What was approved is what runs.</span>
        </p>
      ) : null}
      {approval.state === 'missing' ? (
        <p className="flex gap-2 text-ink-2">
          <CircleDashed aria-hidden size={16} className="mt-0.5 shrink-0" />
          <span>Nobody has approved this plan. Read the phases, then approve; nothing starts by that.</span>
        </p>
      ) : null}
      {approval.state === 'void' ? (
        <p className="flex gap-2">
          <FileDiff aria-hidden size={16} className="mt-0.5 shrink-0 text-waiting" />
          <span>Approved by {by}, then void. Why stands at the top of the page.</span>
        </p>
      ) : null}
    </Card>
  );
}
