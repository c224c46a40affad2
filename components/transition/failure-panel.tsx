import { Notice } from '@/components/ui/notice';
import type { TransitionLive } from '@/lib/views/transition-view';
import { effectOnApplication, evidenceInWords } from './failure-words';

/** When a phase has stopped: whether the application suffers, what is kept, what to do next. */
export function FailurePanel({ live }: { readonly live: TransitionLive }) {
  const { error } = live;
  if (error === null) return null;
  const lines = evidenceInWords(error.evidence);
  // A move that stops before it has done anything leaves the rollout at rest where it was.
  const begun = live.track.movingPhase !== null;
  const copying = live.backfills.some(({ state }) => state === 'paused');
  const back = live.track.direction === 'back';
  return (
    <Notice tone="failed" title={error.message} live>
      <dl className="mt-2 grid gap-x-6 gap-y-3 md:grid-cols-3">
        <div>
          <dt className="text-sm font-semibold">Is my application affected?</dt>
          <dd className="text-sm">{effectOnApplication(error, live.codeNow, begun, copying)}</dd>
        </div>
        <div>
          <dt className="text-sm font-semibold">What is kept?</dt>
          <dd className="text-sm">
            {begun
              ? back
                ? 'Each step that was undone stays undone. A retry goes on from there.'
                : 'Every finished step and every copied batch. A retry goes on from there; rolling back undoes them.'
              : 'All of it: this phase stopped before its first step.'}
          </dd>
        </div>
        <div>
          <dt className="text-sm font-semibold">What next?</dt>
          <dd className="text-sm">
            {error.next ??
              (begun ? 'Retry it, or roll the phase back.' : 'Mend the cause, then start it again.')}
          </dd>
        </div>
      </dl>
      {lines.length > 0 ? (
        <details className="mt-3">
          <summary className="w-fit rounded-sm text-sm text-failed">Details</summary>
          <dl className="mt-2 space-y-2 text-sm">
            {lines.map(([key, value]) => (
              <div key={key}>
                <dt className="text-ink-2">{key}</dt>
                <dd>
                  <pre className="text-sm break-words whitespace-pre-wrap">{value}</pre>
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </Notice>
  );
}
