import { ArrowRight } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import type { Plan } from '@/lib/core/plan';
import type { TransitionLive } from '@/lib/views/transition-view';

/** "What do I deploy now?": the note of the phase that comes next, or that there is none. Its code stands with the phase. */
export function DeployNow(props: {
  readonly plan: Plan;
  readonly live: TransitionLive;
  /** The phase whose detail is open already. */
  readonly selected: number;
  readonly onSelect: (phase: number) => void;
}) {
  const { plan, live } = props;
  const ended = live.status === 'done' || live.status === 'abandoned';
  const done = live.track.movingPhase ?? live.track.position;
  const next = plan.phases[done];
  const later = plan.phases.slice(done + 1).find((phase) => phase.deploy !== null);
  if (ended || !next?.deploy) {
    return (
      <Card id="deploy" title="What do I deploy now?">
        <p className="text-ink-2">
          Nothing.{' '}
          {ended || next === undefined
            ? ''
            : later
              ? `The next deploy comes before ${later.title}.`
              : 'No later phase needs a deploy.'}
        </p>
      </Card>
    );
  }
  return (
    <Card id="deploy" title="What do I deploy now?">
      <p className="font-medium">{next.deploy.title}</p>
      <p className="mt-1 text-ink-2">
        {next.deploy.text} It has to be live before {next.title} starts.
      </p>
      {props.selected === next.number ? (
        <p className="mt-2 text-sm text-ink-3">The code for it stands under {next.title}.</p>
      ) : (
        <Button size="sm" className="mt-3" onClick={() => props.onSelect(next.number)}>
          Show the code <ArrowRight aria-hidden size={14} />
        </Button>
      )}
    </Card>
  );
}
