import { Square } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { percent } from '@/components/ui/number-words';
import { ProgressBar } from '@/components/ui/progress-bar';
import { RelativeTime } from '@/components/ui/relative-time';
import type { TransitionLive } from '@/lib/views/transition-view';
import { pauseConsequence } from './consequences';

const TITLES: Partial<Record<TransitionLive['status'], string>> = {
  running: 'Running now',
  rolling_back: 'Running now',
  pausing: 'Running now',
  held: 'Held at',
};

/** The step in hand, what it does to the application, since when, and how far a long statement is, with a way to stop it. */
export function CurrentStep({
  step,
  status,
  statement,
  onStop,
}: {
  readonly step: NonNullable<TransitionLive['currentStep']>;
  readonly status: TransitionLive['status'];
  readonly statement: TransitionLive['statement'];
  /** null: it may not be stopped now. */
  readonly onStop: (() => void) | null;
}) {
  return (
    <Card id="step" title={TITLES[status] ?? 'Stopped at'}>
      <p className="font-medium break-words">{step.title}</p>
      <p className="mt-0.5 text-sm text-ink-2">{step.impact}</p>
      {statement === null ? null : <Statement statement={statement} />}
      <p className="mt-1 text-sm text-ink-3">
        Started <RelativeTime at={step.since} />
      </p>
      {statement === null || onStop === null ? null : (
        <div className="mt-3 border-t pt-3">
          <Button size="sm" onClick={onStop}>
            <Square aria-hidden size={12} /> {statement.kind === 'index' ? 'Stop the build' : 'Stop reading'}
          </Button>
          <p className="mt-1.5 text-sm text-ink-2">{pauseConsequence(statement)}</p>
        </div>
      )}
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
