import { athwart, box, point, type TrackFrame } from './track-axis';
import type { TrackGeometry } from './track-geometry';
import { TrackLanes } from './track-lanes';
import { TrackWayBack } from './track-way-back';

function Marker({
  frame,
  geometry,
  ink,
}: {
  readonly frame: TrackFrame;
  readonly geometry: TrackGeometry;
  readonly ink: string;
}) {
  const { at, moving } = geometry.marker;
  const end = frame.back ?? frame.new + frame.stroke;
  const reach = geometry.pastNoReturn ? frame.new : end;
  const arrow = moving === 'back' ? 'M 3 -4 L -2 0 L 3 4' : 'M -2 -4 L 3 0 L -2 4';
  return (
    <g>
      <line {...athwart(frame, at, frame.old, reach)} stroke={ink} strokeWidth={2} />
      <svg {...point(frame, at, frame.old)} overflow="visible" aria-hidden>
        <circle r={9} fill={ink} stroke="var(--surface)" strokeWidth={2.5} />
        {moving === null ? (
          <circle r={3} fill="var(--surface)" />
        ) : (
          <path
            d={arrow}
            transform={frame.axis === 'down' ? 'rotate(90)' : undefined}
            fill="none"
            stroke="var(--surface)"
            strokeWidth={2}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        )}
      </svg>
      {geometry.pastNoReturn || frame.back === null ? null : (
        <svg {...point(frame, at, frame.back)} overflow="visible" aria-hidden>
          <circle r={3.5} fill={ink} />
        </svg>
      )}
    </g>
  );
}

/** The large drawing, across or down; decorative: words stand beside it. */
export function TrackDrawing(props: {
  readonly frame: TrackFrame;
  readonly geometry: TrackGeometry;
  /** Colour of the marker: the status. */
  readonly ink: string;
  /** Column to stress: the one whose detail is open. */
  readonly selected: number | null;
  readonly className?: string;
}) {
  const { frame, geometry } = props;
  const chosen = geometry.columns.find((column) => column.index === props.selected);
  return (
    <svg aria-hidden="true" className={props.className} width="100%" height="100%" overflow="visible">
      {chosen === undefined ? null : (
        <rect {...box(frame, chosen.from, chosen.to)} fill="var(--sunken)" rx={6} />
      )}
      {geometry.columns.slice(1).map((column) => (
        <line
          key={column.index}
          {...athwart(frame, column.from, 4, frame.depth - 4)}
          stroke="var(--line)"
          strokeWidth={1}
        />
      ))}
      <TrackLanes frame={frame} geometry={geometry} links />
      <TrackWayBack frame={frame} geometry={geometry} />
      <Marker frame={frame} geometry={geometry} ink={props.ink} />
    </svg>
  );
}
