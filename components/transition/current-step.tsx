import { Card } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import type { TransitionLive } from '@/lib/views/transition-view';

/** The step in hand, what it does to the application, and since when. */
export function CurrentStep({
  step,
  status,
}: {
  readonly step: NonNullable<TransitionLive['currentStep']>;
  readonly status: TransitionLive['status'];
}) {
  const moving = ['running', 'rolling_back', 'pausing'].includes(status);
  return (
    <Card id="step" title={moving ? 'Running now' : 'Stopped at'}>
      <p className="font-medium break-words">{step.title}</p>
      <p className="mt-0.5 text-sm text-ink-2">{step.impact}</p>
      <p className="mt-1 text-sm text-ink-3">
        Started <RelativeTime at={step.since} />
      </p>
    </Card>
  );
}
