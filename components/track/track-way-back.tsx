import { along, athwart, point, type TrackFrame } from './track-axis';
import type { TrackGeometry } from './track-geometry';

/** The way back under the lanes: strong from the marker to the start, faint as far as it will reach, and its end. */
export function TrackWayBack({
  frame,
  geometry,
}: {
  readonly frame: TrackFrame;
  readonly geometry: TrackGeometry;
}) {
  const { back } = frame;
  if (back === null) return null;
  const { wayBack, marker, noReturn, pastNoReturn, columns } = geometry;
  const reach = noReturn ?? columns.at(-1)?.to ?? 1;
  const tip = 'M 6 -4 L 0 0 L 6 4';
  return (
    <g fill="none" strokeLinecap="round" strokeLinejoin="round">
      {pastNoReturn ? null : (
        <line {...along(frame, marker.at, reach, back)} stroke="var(--line-strong)" strokeWidth={1.5} />
      )}
      {wayBack.map((segment) => (
        <g key={segment.phase} stroke="var(--ink-2)" strokeWidth={2}>
          <line
            {...along(frame, segment.from, segment.to, back)}
            strokeDasharray={segment.lossless ? undefined : '5 4'}
          />
          <svg {...point(frame, segment.from, back)} overflow="visible" aria-hidden>
            <path d={tip} transform={frame.axis === 'down' ? 'rotate(90)' : undefined} />
          </svg>
        </g>
      ))}
      {noReturn === null ? null : (
        <g stroke="var(--failed)" strokeWidth={2}>
          <line {...athwart(frame, noReturn, back - 9, back + 9)} strokeWidth={3} />
          <line
            {...athwart(frame, noReturn, 4, back - 9)}
            strokeWidth={1}
            strokeDasharray="2 4"
            opacity={0.7}
          />
        </g>
      )}
    </g>
  );
}
