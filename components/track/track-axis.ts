/** Where the lanes lie across the track, in px, and which way the track runs. */
export interface TrackFrame {
  readonly axis: 'across' | 'down';
  readonly old: number;
  readonly new: number;
  /** null: too small to draw the way back apart. */
  readonly back: number | null;
  readonly depth: number;
  readonly stroke: number;
}

/** Attributes of a line along the track, at a distance across it. Fractions become percentages, so any width will do. */
export function along(frame: TrackFrame, from: number, to: number, across: number) {
  const start = `${from * 100}%`;
  const end = `${to * 100}%`;
  return frame.axis === 'across'
    ? { x1: start, x2: end, y1: across, y2: across }
    : { y1: start, y2: end, x1: across, x2: across };
}

/** Attributes of a line across the track at one place. */
export function athwart(frame: TrackFrame, at: number, from: number, to: number) {
  const place = `${at * 100}%`;
  return frame.axis === 'across'
    ? { x1: place, x2: place, y1: from, y2: to }
    : { y1: place, y2: place, x1: from, x2: to };
}

/** Attributes of a point of the track. */
export function point(frame: TrackFrame, at: number, across: number) {
  const place = `${at * 100}%`;
  return frame.axis === 'across' ? { x: place, y: across } : { x: across, y: place };
}

/** Attributes of a box over the whole depth. */
export function box(frame: TrackFrame, from: number, to: number) {
  const start = `${from * 100}%`;
  const size = `${(to - from) * 100}%`;
  return frame.axis === 'across'
    ? { x: start, width: size, y: 0, height: frame.depth }
    : { y: start, height: size, x: 0, width: frame.depth };
}
