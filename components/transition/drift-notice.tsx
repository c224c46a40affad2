import { Notice } from '@/components/ui/notice';
import type { ApprovalView } from '@/lib/views/transition-view';

/** What changed in the schema since the approval, where that made it void. */
export function DriftNotice({ approval }: { readonly approval: ApprovalView }) {
  if (approval.state !== 'void') return null;
  return (
    <Notice
      tone="waiting"
      title={`The approval${approval.by === null ? '' : ` by ${approval.by}`} is void: the schema changed since.`}
    >
      <ul aria-label="What changed" className="mt-1 space-y-0.5 font-mono text-sm">
        {approval.changes.map((line) => (
          <li key={line} className="break-all">
            {line.startsWith('+ ') ? <span className="sr-only">added: </span> : null}
            {line.startsWith('- ') ? <span className="sr-only">removed: </span> : null}
            {line}
          </li>
        ))}
      </ul>
      <p className="mt-2">Look at the plan again, then approve it as it stands now.</p>
    </Notice>
  );
}
