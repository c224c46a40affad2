import { STATUS_LOOKS, toneInk } from '@/components/transition/status-look';
import type { TrackView } from '@/lib/views/transition-view';
import { athwart, point, type TrackFrame } from './track-axis';
import { trackGeometry } from './track-geometry';
import { TrackLanes } from './track-lanes';
import { trackInWords } from './track-words';

const FRAME: TrackFrame = { axis: 'across', old: 9, new: 19, back: null, depth: 28, stroke: 3 };

/** The track one row high, for lists. */
export function TrackRow({ track, className }: { readonly track: TrackView; readonly className?: string }) {
  const geometry = trackGeometry(track);
  const ink = toneInk(STATUS_LOOKS[track.status].tone);
  return (
    <svg role="img" aria-label={trackInWords(track)} width="100%" height={FRAME.depth} className={className}>
      {geometry.columns.slice(1).map((column) => (
        <line key={column.index} {...athwart(FRAME, column.from, 24, 28)} stroke="var(--line-strong)" />
      ))}
      <TrackLanes frame={FRAME} geometry={geometry} links={false} />
      {geometry.noReturn === null ? null : (
        <line {...athwart(FRAME, geometry.noReturn, 2, 26)} stroke="var(--failed)" strokeWidth={1.5} />
      )}
      <line {...athwart(FRAME, geometry.marker.at, 3, 25)} stroke={ink} strokeWidth={2} />
      <svg {...point(FRAME, geometry.marker.at, 14)} overflow="visible" aria-hidden="true">
        <circle r={5} fill={ink} stroke="var(--surface)" strokeWidth={1.5} />
      </svg>
    </svg>
  );
}
