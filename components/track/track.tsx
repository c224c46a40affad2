'use client';

import { STATUS_LOOKS, toneInk } from '@/components/transition/status-look';
import type { TrackView } from '@/lib/views/transition-view';
import type { TrackFrame } from './track-axis';
import { TrackDrawing } from './track-drawing';
import { LEAD_IN, trackGeometry } from './track-geometry';
import { TrackLegend } from './track-legend';
import { TrackStep } from './track-step';
import { trackInWords } from './track-words';

const ACROSS: TrackFrame = { axis: 'across', old: 28, new: 84, back: 124, depth: 140, stroke: 7 };
const DOWN: TrackFrame = { axis: 'down', old: 20, new: 68, back: 104, depth: 120, stroke: 7 };
const ROW = 76;

interface TrackProps {
  readonly track: TrackView;
  /** The phase whose detail is open. */
  readonly selected: number | null;
  readonly onSelect: (phase: number) => void;
}

function LaneNames({ frame, noReturn }: { readonly frame: TrackFrame; readonly noReturn: boolean }) {
  const names = [
    { at: frame.old, text: 'Old code', className: 'font-medium text-ink' },
    { at: frame.new, text: 'New code', className: 'font-medium text-accent' },
    { at: frame.back ?? 0, text: noReturn ? 'No way back' : 'Way back', className: 'text-ink-3' },
  ];
  return (
    <div className="relative text-sm" style={{ height: frame.depth }} aria-hidden>
      {names.map((name) => (
        <span
          key={name.text}
          className={`absolute left-0 -translate-y-1/2 ${name.className}`}
          style={{ top: name.at }}
        >
          {name.text}
        </span>
      ))}
    </div>
  );
}

/** The track: two lanes through the phases, the marker, the way back. It is the stepper of the transition page. */
export function Track({ track, selected, onSelect }: TrackProps) {
  const geometry = trackGeometry(track);
  const ink = toneInk(STATUS_LOOKS[track.status].tone);
  const shares = geometry.columns.map((column) => (column.index === 0 ? `${LEAD_IN}fr` : '1fr')).join(' ');
  const drawing = { geometry, ink, selected };
  return (
    <div>
      <p className="sr-only">{trackInWords(track)}</p>
      <div className="hidden sm:grid sm:grid-cols-[80px_minmax(0,1fr)]">
        <span />
        <div className="grid" style={{ gridTemplateColumns: shares }}>
          {geometry.columns.map((column) => (
            <TrackStep
              key={column.index}
              column={column}
              track={track}
              selected={column.index === selected}
              onSelect={onSelect}
            />
          ))}
        </div>
        <LaneNames frame={ACROSS} noReturn={geometry.pastNoReturn} />
        <div style={{ height: ACROSS.depth }}>
          <TrackDrawing frame={ACROSS} {...drawing} />
        </div>
      </div>
      <div className="sm:hidden">
        <div aria-hidden className="mb-2 flex text-sm">
          <span className="w-11 font-medium">Old code</span>
          <span className="w-12 font-medium text-accent">New code</span>
          <span className="w-10 text-ink-3">{geometry.pastNoReturn ? 'No way back' : 'Way back'}</span>
        </div>
        <div className="grid grid-cols-[128px_minmax(0,1fr)]">
          <div style={{ height: (track.phases.length + LEAD_IN) * ROW }}>
            <TrackDrawing frame={DOWN} {...drawing} />
          </div>
          <div>
            {geometry.columns.map((column) => (
              <div key={column.index} style={{ height: (column.index === 0 ? LEAD_IN : 1) * ROW }}>
                <TrackStep
                  column={column}
                  track={track}
                  selected={column.index === selected}
                  onSelect={onSelect}
                />
              </div>
            ))}
          </div>
        </div>
      </div>
      <div className="mt-3 border-t pt-3">
        <TrackLegend geometry={geometry} />
      </div>
    </div>
  );
}
