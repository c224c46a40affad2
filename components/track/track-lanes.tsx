import { along, point, type TrackFrame } from './track-axis';
import type { LaneStyle, Sync, TrackColumn, TrackGeometry } from './track-geometry';

function laneLine(frame: TrackFrame, style: LaneStyle) {
  if (style === 'solid') return { strokeWidth: frame.stroke };
  if (style === 'thin') return { strokeWidth: Math.max(1.25, frame.stroke / 3) };
  const dot = frame.stroke * 0.6;
  return { strokeWidth: dot, strokeDasharray: `0 ${dot * 2.4}`, strokeLinecap: 'round' as const };
}

function Lane(props: {
  readonly frame: TrackFrame;
  readonly column: TrackColumn;
  readonly style: LaneStyle;
  readonly across: number;
  readonly colour: string;
}) {
  const { frame, column, style, across, colour } = props;
  if (style === 'none') return null;
  const opacity = column.state === 'ahead' ? 0.38 : 1;
  return (
    <>
      <line
        {...along(frame, column.from, column.to, across)}
        {...laneLine(frame, style)}
        stroke={colour}
        opacity={opacity}
      />
      {column.fill !== null && colour === 'var(--accent)' ? (
        <line
          {...along(frame, column.from, column.filledTo, across)}
          strokeWidth={frame.stroke}
          stroke={colour}
        />
      ) : null}
    </>
  );
}

/** An arrow from one lane to the other; drawn in px around its own origin, turned for a track that runs down. */
function Arrow(props: {
  readonly offset: number;
  readonly from: number;
  readonly to: number;
  readonly strong: boolean;
}) {
  const { offset, from, to, strong } = props;
  const sign = Math.sign(to - from);
  const tip = to - sign * 7;
  const head = `M ${offset - 4} ${tip - sign * 5} L ${offset} ${tip} L ${offset + 4} ${tip - sign * 5}`;
  return (
    <g stroke="var(--ink-2)" fill="none" strokeWidth={strong ? 2 : 1.25} opacity={strong ? 1 : 0.55}>
      <line x1={offset} x2={offset} y1={from + sign * 7} y2={tip} />
      <path d={head} strokeLinejoin="round" strokeLinecap="round" />
    </g>
  );
}

const LINKS: Record<Sync, readonly { readonly down: boolean; readonly strong: boolean }[]> = {
  none: [],
  to_new: [{ down: true, strong: true }],
  both_old_leads: [
    { down: true, strong: true },
    { down: false, strong: false },
  ],
  both_new_leads: [
    { down: false, strong: true },
    { down: true, strong: false },
  ],
  to_old: [{ down: false, strong: true }],
};

/** Behind the place where the marker rests, so that they never meet. */
const LINK_AT = 0.87;

function SyncLinks({ frame, column }: { readonly frame: TrackFrame; readonly column: TrackColumn }) {
  const links = LINKS[column.sync];
  const origin = point(frame, column.from + (column.to - column.from) * LINK_AT, 0);
  return (
    <svg {...origin} overflow="visible" opacity={column.state === 'ahead' ? 0.38 : 1} aria-hidden="true">
      <g transform={frame.axis === 'down' ? 'matrix(0 1 1 0 0 0)' : undefined}>
        {links.map((link, nth) => (
          <Arrow
            key={`${link.down}`}
            offset={links.length === 1 ? 0 : nth * 12 - 6}
            from={link.down ? frame.old : frame.new}
            to={link.down ? frame.new : frame.old}
            strong={link.strong}
          />
        ))}
      </g>
    </svg>
  );
}

/** The two lanes: old code in ink, new code in the accent, with the sync between them. */
export function TrackLanes({
  frame,
  geometry,
  links,
}: {
  readonly frame: TrackFrame;
  readonly geometry: TrackGeometry;
  readonly links: boolean;
}) {
  return geometry.columns.map((column) => (
    <g key={column.index}>
      {links ? <SyncLinks frame={frame} column={column} /> : null}
      <Lane frame={frame} column={column} style={column.old} across={frame.old} colour="var(--ink)" />
      <Lane frame={frame} column={column} style={column.new} across={frame.new} colour="var(--accent)" />
    </g>
  ));
}
