import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  GitCompareArrows,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ElapsedTime } from '@/components/ui/elapsed-time';
import { RelativeTime } from '@/components/ui/relative-time';
import { durationInWords } from '@/components/ui/time-words';
import type { DifferenceView } from '@/lib/views/proof-differences';
import type { ProofState, ProofView } from '@/lib/views/proof-view';

const LOOKS: Readonly<Record<ProofState, { icon: LucideIcon; className: string }>> = {
  waiting: { icon: CircleDashed, className: 'text-ink-3' },
  running: { icon: LoaderCircle, className: 'text-running animate-spin-slow' },
  equal: { icon: CircleCheck, className: 'text-done' },
  different: { icon: GitCompareArrows, className: 'text-failed' },
  unproved: { icon: CircleHelp, className: 'text-waiting' },
};

/** One side of a difference: what stands there, or that nothing does. */
function Side({ whose, text }: { readonly whose: string; readonly text: string | null }) {
  return (
    <div className="mt-1">
      <dt className="text-sm text-ink-3">{whose}</dt>
      <dd
        className={text === null ? 'text-sm text-ink-2' : 'font-mono text-sm break-words whitespace-pre-line'}
      >
        {text === null ? 'not there' : text === '' ? 'there' : text}
      </dd>
    </div>
  );
}

function Difference({ difference: { what, file, plan } }: { readonly difference: DifferenceView }) {
  return (
    <li className="border-b py-2 last:border-b-0">
      <p className="font-mono text-sm font-medium break-words">{what}</p>
      {file === null && plan === null ? null : (
        <dl>
          <Side whose="After your file" text={file} />
          <Side whose="After the plan" text={plan} />
        </dl>
      )}
    </li>
  );
}

/** Whether the plan was shown, on throw-away databases, to end where the migration file does. Approving does not wait for it. */
export function ProofPanel(props: {
  readonly proof: ProofView | null;
  readonly busy: boolean;
  readonly onRunAgain: () => void;
}) {
  const { proof } = props;
  if (proof === null) return null;
  const { icon: Icon, className } = LOOKS[proof.state];
  const { differences, copyLacks } = proof;
  return (
    <Card
      id="proof"
      title="Same end as your file"
      aside={
        proof.mayRunAgain ? (
          <Button size="sm" disabled={props.busy} onClick={props.onRunAgain}>
            Prove again
          </Button>
        ) : null
      }
    >
      <p className="flex gap-2" aria-live="polite">
        <Icon aria-hidden size={16} className={`mt-0.5 shrink-0 ${className}`} />
        <span className="min-w-0 break-words">
          {proof.sentence}
          {proof.state === 'running' && proof.at !== null ? (
            <span className="text-ink-3 tabular">
              {' '}
              <ElapsedTime since={proof.at} />
            </span>
          ) : null}
        </span>
      </p>
      {differences.length > 0 ? (
        <details className="mt-2" open={differences.length <= 3}>
          <summary className="w-fit rounded-sm text-sm text-accent">
            What differs, {differences.length} {differences.length === 1 ? 'thing' : 'things'}
          </summary>
          <ul className="mt-1">
            {differences.map((difference) => (
              <Difference key={difference.what} difference={difference} />
            ))}
          </ul>
        </details>
      ) : null}
      {proof.next === null ? null : <p className="mt-2 break-words">{proof.next}</p>}
      {proof.notes.map((note) => (
        <p key={note} className="mt-2 text-sm break-words text-ink-2">
          {note}
        </p>
      ))}
      {copyLacks.length > 0 ? (
        <details className="mt-2">
          <summary className="w-fit rounded-sm text-sm text-accent">
            Otherwise on the copy than in the database, {copyLacks.length}{' '}
            {copyLacks.length === 1 ? 'line' : 'lines'}
          </summary>
          <ul className="mt-1 space-y-1">
            {copyLacks.map((lack) => (
              <li key={lack} className="font-mono text-sm break-words">
                {lack}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {proof.state === 'running' || proof.at === null ? null : (
        <p className="mt-2 text-sm text-ink-3">
          <RelativeTime at={proof.at} />
          {proof.tookMs === null ? null : `, took ${durationInWords(proof.tookMs)}`}
        </p>
      )}
    </Card>
  );
}
