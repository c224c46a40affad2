import type { ReactNode } from 'react';
import type { LaneStyle, TrackGeometry } from './track-geometry';

function Key({ children, words }: { readonly children: ReactNode; readonly words: string }) {
  return (
    <li className="flex items-center gap-2">
      <svg aria-hidden="true" width={24} height={10} overflow="visible">
        {children}
      </svg>
      {words}
    </li>
  );
}

/** What the lines of this track mean, in five words each; what it does not draw is left out. */
export function TrackLegend({ geometry }: { readonly geometry: TrackGeometry }) {
  const ink = 'var(--ink-2)';
  const draws = (style: LaneStyle) =>
    geometry.columns.some((column) => column.old === style || column.new === style);
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-ink-3">
      <Key words="reads and writes">
        <line x1={0} x2={24} y1={5} y2={5} stroke={ink} strokeWidth={5} />
      </Key>
      {draws('thin') ? (
        <Key words="only kept in step">
          <line x1={0} x2={24} y1={5} y2={5} stroke={ink} strokeWidth={1.5} />
        </Key>
      ) : null}
      {draws('dotted') ? (
        <Key words="retired">
          <line
            x1={2}
            x2={24}
            y1={5}
            y2={5}
            stroke={ink}
            strokeWidth={3}
            strokeDasharray="0 7"
            strokeLinecap="round"
          />
        </Key>
      ) : null}
      {draws('none') ? (
        <Key words="cannot run">
          <line x1={0} x2={24} y1={5} y2={5} stroke="var(--line)" strokeWidth={1} />
        </Key>
      ) : null}
      {geometry.columns.some(({ sync }) => sync !== 'none') ? (
        <Key words="sync; the bold arrow wins">
          <path d="M 8 9 L 8 1 M 5 4 L 8 1 L 11 4" stroke={ink} fill="none" strokeWidth={2} />
          <path d="M 17 1 L 17 9 M 14 6 L 17 9 L 20 6" stroke={ink} fill="none" opacity={0.55} />
        </Key>
      ) : null}
      {geometry.noReturn !== null ? (
        <Key words="point of no return">
          <line x1={12} x2={12} y1={-2} y2={12} stroke="var(--failed)" strokeWidth={3} />
        </Key>
      ) : null}
    </ul>
  );
}
