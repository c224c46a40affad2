import { Card } from '@/components/ui/card';
import { count, percent } from '@/components/ui/number-words';
import { ProgressBar } from '@/components/ui/progress-bar';
import { durationInWords, rangeInWords } from '@/components/ui/time-words';
import type { RolloutSettings } from '@/lib/core/rollout';
import { workDone } from '@/lib/views/backfill-progress';
import type { BackfillView } from '@/lib/views/transition-view';
import { backfillInWords, laneInWords } from './backfill-words';
import { CopySpeed } from './copy-speed';

const TONES = { done: 'done', paused: 'waiting', running: 'running', waiting: 'running' } as const;
const STATE_WORDS: Partial<Record<BackfillView['state'], string>> = { done: 'Done', waiting: 'Not begun' };

function Backfill({ backfill, held }: { readonly backfill: BackfillView; readonly held: boolean }) {
  const share = workDone(backfill);
  const words = backfillInWords(backfill);
  const rate = backfill.rowsPerSecond;
  return (
    <li className="border-b py-3 first:pt-0 last:border-b-0 last:pb-0">
      <div className="flex items-baseline justify-between gap-3">
        <p className="min-w-0 truncate font-mono text-sm">
          {backfill.table}.{backfill.column}
        </p>
        <p className="shrink-0 text-lg font-semibold tabular">
          {STATE_WORDS[backfill.state] ?? percent(share)}
        </p>
      </div>
      <ProgressBar
        label={`Backfill of ${backfill.table}.${backfill.column}`}
        value={backfill.state === 'done' ? 1 : share}
        text={words}
        tone={held && backfill.state === 'running' ? 'held' : TONES[backfill.state]}
        className="mt-1.5"
      />
      <p className="mt-1.5 text-sm text-ink-2 tabular">{words}</p>
      <dl className="mt-2 grid grid-cols-3 gap-2 text-sm tabular">
        <div>
          <dt className="text-ink-3">Rate</dt>
          <dd>{rate === null || backfill.state !== 'running' ? '–' : `${count(rate)} rows/s`}</dd>
        </div>
        <div>
          <dt className="text-ink-3">Time left</dt>
          <dd>
            {backfill.secondsLeft === null || backfill.state !== 'running'
              ? '–'
              : rangeInWords(backfill.secondsLeft)}
          </dd>
        </div>
        <div>
          <dt className="text-ink-3">Held</dt>
          <dd>{backfill.heldMs < 1000 ? 'never' : durationInWords(backfill.heldMs)}</dd>
        </div>
      </dl>
      {backfill.lanes.length === 0 || held ? null : (
        <ul className="mt-2 space-y-0.5 text-sm text-ink-2 tabular" aria-label="Lanes">
          {backfill.lanes.map((lane) => (
            <li key={lane.number}>{laneInWords(lane, backfill.targetMs)}</li>
          ))}
        </ul>
      )}
      {backfill.unseen.map((what) => (
        <p key={what} className="mt-1 text-sm text-ink-3">
          {what}
        </p>
      ))}
    </li>
  );
}

/** Every backfill of the transition with its share, rate and time left, and while one runs how fast it goes. */
export function BackfillPanel(props: {
  readonly backfills: readonly BackfillView[];
  /** Something outside keeps it waiting: no lane works. */
  readonly held: boolean;
  readonly settings: RolloutSettings;
  /** Whether the settings may be changed now. */
  readonly allowed: boolean;
  readonly busy: boolean;
  readonly onChange: (settings: Partial<RolloutSettings>) => Promise<boolean>;
}) {
  const { backfills } = props;
  if (backfills.length === 0) return null;
  const ended = backfills.every(({ state }) => state === 'done');
  const underWay = backfills.some(({ state }) => state === 'running' || state === 'paused');
  return (
    <Card id="backfill" title={ended ? 'Rows copied' : 'Copying rows'}>
      <ul>
        {backfills.map((backfill) => (
          <Backfill key={backfill.stepId} backfill={backfill} held={props.held} />
        ))}
      </ul>
      {underWay && props.allowed ? (
        <CopySpeed settings={props.settings} busy={props.busy} onChange={props.onChange} />
      ) : null}
    </Card>
  );
}
