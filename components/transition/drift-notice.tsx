import { Notice } from '@/components/ui/notice';
import type { ApprovalView } from '@/lib/views/transition-view';

/** What changed in the schema since the approval, or that the database was set back, where that made it void. */
export function DriftNotice({
  approval,
  restored,
}: {
  readonly approval: ApprovalView;
  /** null: the database was not set back to an earlier time. */
  readonly restored: string | null;
}) {
  if (approval.state !== 'void') return null;
  const changes = approval.changes.filter((line) => line !== restored);
  const by = approval.by === null ? '' : ` by ${approval.by}`;
  return (
    <Notice
      tone="waiting"
      title={`The approval${by} is void: ${restored === null ? 'the schema changed since.' : 'the database is at an earlier state than it was approved for.'}`}
    >
      {changes.length === 0 ? null : (
        <ul aria-label="What changed" className="mt-1 mb-2 space-y-0.5 font-mono text-sm">
          {changes.map((line) => (
            <li key={line} className="break-all">
              {line.startsWith('+ ') ? <span className="sr-only">added: </span> : null}
              {line.startsWith('- ') ? <span className="sr-only">removed: </span> : null}
              {line}
            </li>
          ))}
        </ul>
      )}
      <p>
        {restored === null
          ? 'Look at the plan again, then approve it as it stands now.'
          : 'Nothing goes on by itself: first see where the database stands now.'}
      </p>
    </Notice>
  );
}
