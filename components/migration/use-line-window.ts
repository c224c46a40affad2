'use client';

import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

/** Pixels above and below the visible part that are drawn too, so that scrolling and tabbing find something there. */
const MARGIN = 600;

interface LineWindow {
  /** The lines to draw, counted from 0, the last one left out. */
  readonly first: number;
  readonly end: number;
  /** Room that the lines before and after take. */
  readonly above: number;
  readonly below: number;
  /** For the element of each drawn line, which bears its place as `data-index`. */
  readonly measure: (element: HTMLElement | null) => void;
  /** Brings a line into sight, near the top. */
  readonly scrollTo: (index: number) => void;
}

/** Where each line begins, and after them all where the last one ends. */
function sums(heights: Float64Array): Float64Array {
  const all = new Float64Array(heights.length + 1);
  for (let index = 0; index < heights.length; index += 1)
    all[index + 1] = (all[index] ?? 0) + (heights[index] ?? 0);
  return all;
}

/** The greatest index whose offset is not beyond a place. */
function indexAt(offsets: Float64Array, place: number): number {
  let low = 0;
  let high = offsets.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/**
 * Draws only what can be seen of a long list of lines of different heights: heights are guessed by `estimate` until a line was
 * drawn once, and what is at the top stays where it is while others are measured. A new `estimate` forgets all measures.
 */
export function useLineWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  estimate: (index: number) => number,
): LineWindow {
  const heights = useMemo(() => {
    const all = new Float64Array(count);
    for (let index = 0; index < count; index += 1) all[index] = estimate(index);
    return all;
  }, [count, estimate]);
  const [laid, setLaid] = useState(() => ({ heights, offsets: sums(heights) }));
  // Other lines: laid out anew before anything is drawn.
  if (laid.heights !== heights) setLaid({ heights, offsets: sums(heights) });
  const { offsets } = laid;
  const [view, setView] = useState({ top: 0, height: 900 });
  const anchor = useRef({ index: 0, delta: 0 });
  const current = useRef(offsets);
  current.current = offsets;

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = (): void => {
      const top = element.scrollTop;
      const index = indexAt(current.current, top);
      anchor.current = { index, delta: top - (current.current[index] ?? 0) };
      setView((now) =>
        now.top === top && now.height === element.clientHeight ? now : { top, height: element.clientHeight },
      );
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const resized = new ResizeObserver(look);
    resized.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      resized.disconnect();
    };
  }, [scroller]);

  useLayoutEffect(() => {
    const element = scroller.current;
    const { index, delta } = anchor.current;
    const top = (offsets[Math.min(index, count)] ?? 0) + delta;
    if (element !== null && Math.abs(element.scrollTop - top) > 1) element.scrollTop = top;
  }, [offsets, count, scroller]);

  const observer = useRef<ResizeObserver | null>(null);
  useEffect(() => () => observer.current?.disconnect(), []);
  const latest = useRef(heights);
  latest.current = heights;
  const measure = useCallback((element: HTMLElement | null) => {
    if (element === null) return;
    observer.current ??= new ResizeObserver((entries) => {
      let changed = false;
      for (const { target } of entries) {
        if (!(target instanceof HTMLElement) || !target.isConnected) {
          observer.current?.unobserve(target);
          continue;
        }
        const index = Number(target.dataset.index);
        const height = target.getBoundingClientRect().height;
        if (Math.abs((latest.current[index] ?? height) - height) < 0.5) continue;
        latest.current[index] = height;
        changed = true;
      }
      if (changed) setLaid({ heights: latest.current, offsets: sums(latest.current) });
    });
    observer.current.observe(element);
  }, []);

  const scrollTo = useCallback(
    (index: number) => {
      const element = scroller.current;
      if (element === null) return;
      const delta = -Math.min(80, element.clientHeight / 4);
      anchor.current = { index, delta };
      element.scrollTop = (current.current[index] ?? 0) + delta;
    },
    [scroller],
  );

  const first = indexAt(offsets, view.top - MARGIN);
  const end = Math.min(count, indexAt(offsets, view.top + view.height + MARGIN) + 1);
  return {
    first,
    end,
    above: offsets[first] ?? 0,
    below: (offsets[count] ?? 0) - (offsets[end] ?? 0),
    measure,
    scrollTo,
  };
}
