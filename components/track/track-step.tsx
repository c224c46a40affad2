import { Check, Circle, CircleDot, OctagonAlert } from 'lucide-react';
import { classNames } from '@/components/ui/class-names';
import { Tooltip } from '@/components/ui/tooltip';
import type { TrackView } from '@/lib/views/transition-view';
import type { TrackColumn } from './track-geometry';
import { columnInWords, columnStateInWords } from './track-words';

function StateIcon({ column, failed }: { readonly column: TrackColumn; readonly failed: boolean }) {
  if (failed) return <OctagonAlert aria-hidden size={14} className="text-failed" />;
  if (column.state === 'done') return <Check aria-hidden size={14} className="text-ink-3" />;
  if (column.state === 'ahead') return <Circle aria-hidden size={14} className="text-ink-3" />;
  return <CircleDot aria-hidden size={14} className="text-ink" />;
}

/** The heading of one column. For a phase it is the button that opens its detail. */
export function TrackStep(props: {
  readonly column: TrackColumn;
  readonly track: TrackView;
  readonly selected: boolean;
  readonly onSelect: (phase: number) => void;
}) {
  const { column, track } = props;
  const state = columnStateInWords(column, track);
  const here = column.state === 'current' || column.state === 'moving';
  const words = (
    <span className={classNames('block truncate text-sm tabular', here ? 'text-ink-2' : 'text-ink-3')}>
      {state}
    </span>
  );
  if (column.phase === null) {
    return (
      <div className="min-w-0 px-2 py-1.5">
        <span className="block truncate text-base font-medium text-ink-2">{column.title}</span>
        {words}
      </div>
    );
  }
  return (
    <Tooltip text={columnInWords(column)}>
      <button
        type="button"
        aria-current={here ? 'step' : undefined}
        aria-pressed={props.selected}
        onClick={() => props.onSelect(column.index)}
        className={classNames(
          'block w-full min-w-0 rounded-md px-2 py-1.5 text-left transition-colors duration-150 hover:bg-sunken',
          props.selected && 'bg-sunken',
        )}
      >
        <span className="flex items-center gap-1.5">
          <StateIcon column={column} failed={column.state === 'moving' && track.status === 'failed'} />
          <span className={classNames('truncate', here ? 'font-semibold' : 'font-medium')}>
            <span className="text-ink-3 tabular">{column.index}</span> {column.title}
          </span>
        </span>
        {words}
      </button>
    </Tooltip>
  );
}
