import { Card } from '@/components/ui/card';
import { percent } from '@/components/ui/number-words';
import { ProgressBar } from '@/components/ui/progress-bar';
import { RelativeTime } from '@/components/ui/relative-time';
import type { TransitionLive } from '@/lib/views/transition-view';

/** The step in hand, what it does to the application, since when, and how far a long statement is. */
export function CurrentStep({
  step,
  status,
  statement,
}: {
  readonly step: NonNullable<TransitionLive['currentStep']>;
  readonly status: TransitionLive['status'];
  readonly statement: TransitionLive['statement'];
}) {
  const moving = ['running', 'rolling_back', 'pausing', 'held'].includes(status);
  return (
    <Card id="step" title={moving ? 'Running now' : 'Stopped at'}>
      <p className="font-medium break-words">{step.title}</p>
      <p className="mt-0.5 text-sm text-ink-2">{step.impact}</p>
      {statement === null ? null : <Statement statement={statement} />}
      <p className="mt-1 text-sm text-ink-3">
        Started <RelativeTime at={step.since} />
      </p>
    </Card>
  );
}

function Statement({ statement }: { readonly statement: NonNullable<TransitionLive['statement']> }) {
  const size = `${Math.max(1, Math.round(statement.tableBytes / 1_048_576)).toLocaleString('en')} MB`;
  if (statement.share === null) {
    return (
      <p className="mt-2 text-sm tabular">
        {statement.words}, {size}. PostgreSQL tells no progress of this.
      </p>
    );
  }
  const share = Math.min(0.99, statement.share);
  return (
    <div className="mt-2">
      <div className="flex items-baseline justify-between gap-3 text-sm tabular">
        <span className="min-w-0 break-words">{statement.words}</span>
        <span className="shrink-0 font-semibold">{percent(share)}</span>
      </div>
      <ProgressBar
        label={`Building ${statement.object}`}
        value={share}
        text={`${statement.words}, ${percent(share)}`}
        className="mt-1"
      />
    </div>
  );
}
