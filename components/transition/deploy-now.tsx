import { DeployNoteView } from '@/components/plan/deploy-note';
import { Card } from '@/components/ui/card';
import type { Plan } from '@/lib/core/plan';
import type { TransitionLive } from '@/lib/views/transition-view';

/** "What do I deploy now?": the note of the phase that comes next, or that there is none. */
export function DeployNow({ plan, live }: { readonly plan: Plan; readonly live: TransitionLive }) {
  const ended = live.status === 'done' || live.status === 'abandoned';
  const done = live.track.movingPhase ?? live.track.position;
  const next = plan.phases[done];
  const later = plan.phases.slice(done + 1).find((phase) => phase.deploy !== null);
  return (
    <Card id="deploy" title="What do I deploy now?">
      {!ended && next?.deploy ? (
        <>
          <p className="mb-3 text-sm text-ink-3">Before {next.title} starts:</p>
          <DeployNoteView note={next.deploy} />
        </>
      ) : (
        <p className="text-ink-2">
          Nothing.{' '}
          {ended || next === undefined
            ? ''
            : later
              ? `The next deploy comes before ${later.title}.`
              : 'No later phase needs a deploy.'}
        </p>
      )}
    </Card>
  );
}
